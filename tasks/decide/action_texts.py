"""The texts of every action of containment: what is done, what that changes, and how it is undone."""

from typing import Literal

from tasks.decide.sentences import both
from tasks.model.base import Sentence, Value
from tasks.model.plan import Action, ActionKind
from tasks.model.principal import Principal

Site = Literal["cn", "intl"]

CONSOLES = {"cn": "https://console.cloud.tencent.com", "intl": "https://console.tencentcloud.com"}
"""The web console of each site; accounts of one do not exist on the other."""

PAGES = {
    ActionKind.DISABLE_ACCESS_KEY: "/cam/capi",
    ActionKind.DISABLE_CONSOLE_LOGIN: "/cam/user",
    ActionKind.QUARANTINE: "/cam/user",
    ActionKind.RESET_PASSWORD: "/cam/user",
    ActionKind.ENABLE_PROTECTIONS: "/cam/user",
    ActionKind.OFFSITE_CHECK: "/cam/user",
    ActionKind.CHANGE_PASSWORD: "/developer/security",
    ActionKind.ENABLE_OFFSITE_PROTECTION: "/developer/security",
    ActionKind.LOG_OUT_SESSIONS: "/developer/security",
    ActionKind.ASK_COLLABORATOR: "/cam/user",
}


class Texts(Value):
    """The texts of one kind of action; `{who}` and `{target}` are filled in."""

    title: Sentence
    effect: Sentence
    undo: Sentence | None


TEXTS: dict[ActionKind, Texts] = {
    ActionKind.DISABLE_ACCESS_KEY: Texts(
        title=both("禁用 {who} 的访问密钥 {target}", "Disable the access key {target} of {who}"),
        effect=both("使用该密钥的程序会立即失败。", "Programs that use this key fail at once."),
        undo=both("重新启用该密钥。", "Enable the key again."),
    ),
    ActionKind.DISABLE_CONSOLE_LOGIN: Texts(
        title=both("关闭 {who} 的控制台登录", "Switch off console login of {who}"),
        effect=both(
            "不能再登录控制台；已登录的会话不会因此结束。",
            "No new console login is possible; a session that is open stays open.",
        ),
        undo=both("重新打开控制台登录。", "Switch console login on again."),
    ),
    ActionKind.QUARANTINE: Texts(
        title=both("隔离 {who}：绑定拒绝一切操作的策略", "Quarantine {who} with a policy that denies everything"),
        effect=both(
            "该身份的所有操作都会被拒绝，已登录的会话和已签发的临时密钥也一样。",
            "Every operation of this identity is denied, in open sessions and with temporary keys too.",
        ),
        undo=both("解绑隔离策略；原有策略从未改动。", "Detach the policy; what was attached before was never touched."),
    ),
    ActionKind.RESET_PASSWORD: Texts(
        title=both("重置 {who} 的密码", "Reset the password of {who}"),
        effect=both(
            "旧密码立即失效；新密码是随机的，没有人知道，之后要由管理员重新设置。",
            "The old password is void; the new one is random and known to nobody: an administrator sets another later.",
        ),
        undo=None,
    ),
    ActionKind.ENABLE_PROTECTIONS: Texts(
        title=both("为 {who} 开启登录保护和操作保护", "Switch on login and operation protection for {who}"),
        effect=both(
            "登录和敏感操作需要手机验证；请先核对绑定的手机没有被换掉。",
            "Login and sensitive operations need a check by phone; see first that the bound phone was not replaced.",
        ),
        undo=both("恢复原来的保护设置。", "Put the old settings back."),
    ),
    ActionKind.OFFSITE_CHECK: Texts(
        title=both("为所有子账号开启异地登录校验", "Switch on the off-site login check for all sub-accounts"),
        effect=both(
            "影响整个账号的所有子账号，并覆盖现有的登录限制规则，之后无法读回。",
            "It concerns every sub-account and overwrites existing login rules, which can't be read back.",
        ),
        undo=None,
    ),
    ActionKind.CHANGE_PASSWORD: Texts(
        title=both("修改主账号 {who} 的密码", "Change the password of the main account {who}"),
        effect=both(
            "旧密码失效；用微信、QQ 登录的，要到微信、QQ 修改密码。",
            "The old password is void; for WeChat or QQ logins, change the password there.",
        ),
        undo=None,
    ),
    ActionKind.ENABLE_OFFSITE_PROTECTION: Texts(
        title=both("为主账号 {who} 开启异地登录保护", "Switch on off-site login protection for {who}"),
        effect=both("在非常用城市登录时需要校验身份。", "A login from an unusual city needs a second proof."),
        undo=both("在同一页面关闭。", "Switch it off on the same page."),
    ),
    ActionKind.LOG_OUT_SESSIONS: Texts(
        title=both("下线 {who} 的所有登录", "Log out all sessions of {who}"),
        effect=both("所有人都要重新登录，包括您自己。", "Everybody has to log in again, you too."),
        undo=None,
    ),
    ActionKind.ASK_COLLABORATOR: Texts(
        title=both("请协作者 {who} 修改其主账号的密码", "Ask the collaborator {who} to change their password"),
        effect=both(
            "协作者用自己的主账号登录，本账号无法代为修改；对方做不到时，请在用户列表中解绑该协作者。",
            "The collaborator's main account is out of our reach; if it can't be done, unbind it in the user list.",
        ),
        undo=None,
    ),
}

UNDO_EFFECTS: dict[ActionKind, Sentence] = {
    ActionKind.DISABLE_ACCESS_KEY: both(
        "持有该密钥的任何人又能以其所有者的全部权限调用 API。",
        "Whoever holds the key can call the API again, with every right of its owner.",
    ),
    ActionKind.DISABLE_CONSOLE_LOGIN: both(
        "知道密码的任何人又能登录控制台。", "Whoever knows the password can log in to the console again."
    ),
    ActionKind.QUARANTINE: both(
        "该身份恢复原有的全部权限，仍然在线的会话也一样。",
        "The identity has every right again that it had, in sessions that are still open too.",
    ),
    ActionKind.ENABLE_PROTECTIONS: both(
        "原来关闭的登录保护和操作保护又会关闭，只凭密码即可。",
        "Protections that were off are off again: a password alone is enough.",
    ),
}
"""What the undoing of each kind that the API can undo lets happen again (blast radius)."""

ROLE_EFFECT = both(
    "所有担任该角色的人都会受影响；已签发的会话要到期才结束，但已无权限。",
    "Everybody who assumes this role is hit; sessions that were issued last until they expire, without any power.",
)
IDENTITY_EFFECT = both(
    "登录由外部身份平台（企业微信或集团身份中心）管理：请在那里停用该成员并结束会话。",
    "An outside identity platform (WeCom or the identity centre) rules the login: disable the member there.",
)
OWN_IDENTITY = both(
    "本程序自己正以这个身份运行，为避免把自己锁在外面，请由另一位管理员操作，并为本程序换一个凭据。",
    "The runbook itself runs as this identity: another administrator has to do it, and give it a new credential.",
)
KEYS_NOT_READ = both(
    "密钥列表未能读取：请在控制台查看，并禁用所有不认识的密钥。",
    "The list of keys could not be read: look in the console, and disable every key that nobody knows.",
)


def by_api(kind: ActionKind, principal: Principal, target: str = "") -> Action:
    """An action that the runbook does itself; its target is the principal unless told."""
    texts, target = TEXTS[kind], target or principal.uin
    return Action(
        kind=kind,
        target=target,
        principal=principal,
        how="api",
        title=_filled(texts.title, principal, target),
        effect=texts.effect,
        undo=texts.undo,
    )


def by_hand(kind: ActionKind, principal: Principal, *, site: Site, target: str = "") -> Action:
    """An action that a person is guided through, with a link to the page where it is done."""
    return handed_over(by_api(kind, principal, target), site=site)


def handed_over(action: Action, *, site: Site, why: Sentence | None = None) -> Action:
    """The action as one for a person to do, with the reason why the runbook does not."""
    effect = action.effect if why is None else both(action.effect.zh + why.zh, f"{action.effect.en} {why.en}")
    return action.model_copy(update={"how": "manual", "link": CONSOLES[site] + PAGES[action.kind], "effect": effect})


def _filled(text: Sentence, principal: Principal, target: str) -> Sentence:
    """Replacing, not formatting: a name may hold braces."""
    zh, en = (part.replace("{target}", target).replace("{who}", principal.label) for part in (text.zh, text.en))
    return both(zh, en)
