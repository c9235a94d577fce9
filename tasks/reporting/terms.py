"""The terms of the reports in both languages, one place for each."""

from collections.abc import Mapping

from tasks.decide.sentences import both
from tasks.model.base import Sentence
from tasks.model.facts import AddressKind, Severity, Switch
from tasks.model.plan import ActionKind
from tasks.model.principal import PrincipalKind


def term(name: str) -> Sentence:
    """The term for a name of the model; the name itself where there is none, for records may be newer."""
    return TERMS.get(str(name)) or both(str(name), str(name))


SILENT = both("告警没有写明", "the alert does not say")
"""Stands where an alert is silent."""

TERMS: Mapping[str, Sentence] = {
    "yes": both("是", "yes"),
    "no": both("否", "no"),
    "unknown": both("未知", "unknown"),
    "fact": both("事实", "fact"),
    "person": both("人工回答", "a person"),
    "policy": both("策略文件", "the policy file"),
    "derived": both("推断", "derived"),
    "ignored": both("可以忽略", "can be ignored"),
    "contained": both("已遏制", "contained"),
    "containment_incomplete": both("遏制未完成", "containment incomplete"),
    "declined": both("已拒绝", "declined"),
    "undone": both("遏制已撤销", "containment was undone"),
    "needs_person": both("需要人工处理", "a person is needed"),
    "observe": both("只观察，不动手（observe）", "observe: plan only"),
    "approve": both("先审批再动手（approve）", "approve: ask before acting"),
    "auto": both("按策略自动处置（auto）", "auto: act on what the policy names"),
    "contact_support": both("联系腾讯云在线客服", "contact Tencent Cloud support"),
    "harden": both("加固账号", "harden the account"),
    "none": both("无需后续处理", "nothing further"),
    "api": both("API 自动执行", "by API"),
    "manual": both("人工按步骤操作", "by hand, guided"),
    "done": both("已执行，未能回读验证", "done, not read back"),
    "verified": both("已执行并回读验证", "done and verified by reading back"),
    "attested": both("已由人确认完成", "attested by a person"),
    "failed": both("失败", "failed"),
    "skipped": both("本来如此，跳过", "already so, skipped"),
    "planned": both("仅计划，未执行", "planned only, not done"),
    "login": both("登录保护", "login protection"),
    "operation": both("操作保护", "operation protection"),
    "offsite": both("异地登录保护", "off-site login protection"),
    Switch.ON: both("已开启", "on"),
    Switch.OFF: both("未开启", "off"),
    Severity.LOW: both("低", "low"),
    Severity.MEDIUM: both("中", "medium"),
    Severity.HIGH: both("高", "high"),
    PrincipalKind.MAIN: both("主账号", "main account"),
    PrincipalKind.SUB_USER: both("子用户", "sub-user"),
    PrincipalKind.COLLABORATOR: both("协作者", "collaborator"),
    PrincipalKind.ROLE: both("角色", "role"),
    PrincipalKind.WECOM: both("企业微信用户", "WeCom user"),
    PrincipalKind.CIC: both("CIC 用户", "CIC user"),
    PrincipalKind.OTHER: both("其他身份", "other identity"),
    AddressKind.EIP: both("弹性公网 IP", "elastic IP"),
    AddressKind.NAT: both("NAT 网关", "NAT gateway"),
    AddressKind.VPN: both("VPN 网关", "VPN gateway"),
    AddressKind.CUSTOMER_GATEWAY: both("对端网关", "customer gateway"),
    AddressKind.INSTANCE: both("云服务器", "cloud server"),
    AddressKind.LIGHTHOUSE: both("轻量应用服务器", "Lighthouse server"),
    AddressKind.DECLARED: both("策略文件中声明的网络", "network declared in the policy file"),
    "persistence": both("持久化（留后门）", "persistence"),
    "privilege_escalation": both("提升权限", "privilege escalation"),
    "defense_evasion": both("规避防护", "defense evasion"),
    "credential_access": both("窃取凭证", "credential access"),
    "impact": both("破坏", "impact"),
    "exfiltration": both("数据外泄", "exfiltration"),
    "initial_access": both("初始进入", "initial access"),
    "resource_hijacking": both("盗用资源", "resource hijacking"),
    "other": both("其他", "other"),
    "manual_steps": both("人工步骤", "manual steps"),
    ActionKind.DISABLE_ACCESS_KEY: both("禁用访问密钥", "disable the access key"),
    ActionKind.DISABLE_CONSOLE_LOGIN: both("关闭控制台登录", "switch console login off"),
    ActionKind.QUARANTINE: both("隔离（拒绝一切操作）", "quarantine (deny everything)"),
    ActionKind.RESET_PASSWORD: both("重置密码", "reset the password"),
    ActionKind.ENABLE_PROTECTIONS: both("开启登录保护和操作保护", "switch login and operation protection on"),
    ActionKind.OFFSITE_CHECK: both("开启异地登录校验", "switch the off-site check on"),
    ActionKind.CHANGE_PASSWORD: both("修改密码", "change the password"),
    ActionKind.ENABLE_OFFSITE_PROTECTION: both("开启异地登录保护", "enable off-site login protection"),
    ActionKind.LOG_OUT_SESSIONS: both("下线所有登录", "log out all sessions"),
    ActionKind.ASK_COLLABORATOR: both("请协作者本人处理", "ask the collaborator to act"),
}
