"""Words by which texts speak of logins: that one took place, that it failed, that it was tried, and what is none.

Strangers write these texts: every pattern is bounded. A word's border is that of Latin script, for no blank stands
between Chinese and Latin words.
"""

import re

LOG = r"登[录陆入]"
EN_LOG = r"(?:log(?:ged|ging)?|sign(?:ed|ing)?)[- ]?(?:in|on)"
EN_LOGIN = rf"(?:\blogins?\b|{EN_LOG}(?![a-z]))"


def any_of(*shapes: str) -> re.Pattern[str]:
    """A pattern that finds any of these shapes, in small letters or capitals."""
    return re.compile("|".join(shapes), re.IGNORECASE | re.ASCII)


LOGIN = any_of(
    LOG,
    r"异地(?!容灾|备份|多活|灾备|部署|双活)",
    r"ConsoleLogin|ConsoleCall|MiniProgramCall|AbnormalLogin|(?:控制台|小程序)(?:操作|调用)事件",
    EN_LOGIN,
)
"""Somebody's login, once what is none is taken out."""

STATES = any_of(
    rf"{LOG}(?:时间|地点|地址|地|IP|城市|位置|方式|设备|成功|行为|提醒|通知|了|过|记录|事件|来源|操作|账号|用户)",
    rf"(?:已|被|有人|发生|成功|新|次|进行){LOG}",
    rf"(?:于|在|从|由|使用|通过)[^。;\n]{{0,120}}{LOG}",
    r"ConsoleLogin|AbnormalLogin|logged[- ]?in|signed[- ]?in",
    rf"(?:new|unusual|recent|console|account|successful|remote|suspicious|abnormal) {EN_LOG}",
    r"(?:log|sign)[- ]?in (?:time|location|ip|address|alert|reminder|notification|notice|detected|event|from|method)",
    r"(?:log|sign)[- ]?in (?:device|activity|record)",
)
"""That a login took place."""

UNUSUAL = any_of(
    r"异地|异常|可疑|非常用|不常用|非常见|陌生|新设备|新地点",
    r"unusual|abnormal|suspicious|unrecogni[sz]ed|unfamiliar|remote",
    r"(?:new|different) (?:location|place|device|city)",
)

NO_LOGIN = any_of(
    rf"(?:退出|注销|登出|免|下线|踢出|强制|结束){LOG}|{LOG}(?:态|会话)",
    rf"(?:异地)?{LOG}(?:保护|密码|设置|限制|策略|白名单|权限|链接|凭证|页面?|控制策略|校验|验证|二次|方式已)",
    rf"{LOG}(?:功能|入口|问题|故障|名称?已)|首次{LOG}(?:需|时|后|前|必须|须|请|密码)",
    rf"(?:无法|不能|不可|禁止|恢复|限制|不支持|未|没有|尚未|从未|未曾|允许|开启|关闭|支持){LOG}",
    rf"(?:共|合计|累计)[^。\n]{{0,12}}\d ?次[^,。;\n]{{0,8}}{LOG}",
    rf"(?:无法|不能|暂停|影响)[^,。;\n]{{0,12}}{LOG}",
    rf"{EN_LOG} (?:protection|password|code|page|link|settings?|polic(?:y|ies)|credentials?|portal|screen|url)",
    rf"{EN_LOG} (?:will be |is |was |may be )(?:unavailable|affected|disabled|suspended|restored|down)",
    rf"(?:unable to|cannot|can't|not|never) {EN_LOG}|log(?:ged|ging)?[- ]?out|sign(?:ed|ing)?[- ]?out",
)
"""Words that hold the word login, and speak of none."""

_TRIED = rf"(?:{EN_LOG}|\blogin) (?:attempts? )?(?:has |have |was |were |been |is ){{0,3}}"

FAILED = any_of(
    rf"{LOG}(?:尝试|请求|操作|行为)?(?:失败|被拒|被?拦截|已拦截|被阻|已阻|未成功|不成功|错误|受阻|未通过|(?:已被?|被)锁)",
    rf"(?:拦截|阻止|拒绝|阻断)了?[^。\n]{{0,24}}{LOG}",
    rf"{LOG}[^。\n]{{0,30}}已被?(?:系统)?(?:拦截|阻止|拒绝|阻断)",
    r"密码(?:输入)?错误|输错密码|密码输错|账号(?:已被?|被)(?:锁定|冻结)",
    rf"(?:结果|状态|result|status|outcome) ?[:=] ?(?:{LOG})?(?:失败|fail(?:ed|ure)?|denied|blocked)",
    rf"fail(?:ed|ing|ure)? (?:to )?(?:{EN_LOG}|logins?)",
    rf"{_TRIED}(?:fail|block|denied|reject|prevent|unsuccess)",
    rf"{EN_LOGIN}(?:\.[0-9]|[^.\n]){{0,120}}? (?:was|were|is|has been|have been) (?:blocked|denied|rejected|prevented)",
    rf"unsuccessful {EN_LOGIN}|(?:block|prevent|reject|deni)(?:ed)? (?:an? |the )?(?:\w{{1,12}} )?{EN_LOGIN}",
    rf"{EN_LOGIN}(?:\.[0-9]|[^.\n]){{0,120}}? failed(?=[:.;,)]|$|\n| (?:due|because|with|as|since))",
    r"incorrect password|wrong password",
)

SUCCEEDED = any_of(
    rf"{LOG}成功|成功{LOG}|(?:结果|状态) ?[:=] ?成功|(?:result|status|outcome) ?[:=] ?succe",
    rf"失败[^。\n]{{0,30}}后[^。\n]{{0,60}}{LOG}(?!失败|被拒)",
    r"(?:logged|signed) in [^\n]{0,160}after [^\n]{0,40}fail|after [^\n]{0,60}fail[^\n]{0,120}(?:logged|signed) in",
    rf"(?<!un)success(?:ful(?:ly)?)? {EN_LOGIN}|{EN_LOGIN} (?:was )?succe|(?:logged|signed) in successfully",
)

TRIED = any_of(
    rf"尝试{LOG}|{LOG}尝试",
    rf"{EN_LOGIN} attempt|attempt(?:ed|ing)? to (?:log|sign)|tried to (?:log|sign)",
)
"""Somebody tried; whether it succeeded is not said."""

_CODE_ZH = r"验证码|校验码|动态码|动态密码"

CODE = any_of(
    rf"(?:{_CODE_ZH}|verification code|security code|passcode|one-time (?:code|password)|\bOTP\b|\bcode:)"
    r"[^0-9\n]{0,12}(?:\d{4,8}(?!\d|[-/年.]\d)|\*\*\*)",
    rf"(?<!\d)(?:\d{{4,8}}|\*\*\*)\s?\([^)\n]{{0,20}}(?:{_CODE_ZH}|code)\)",
    r"(?<!\d)(?:\d{4,8}|\*\*\*)(?:\s?\([^)\n]{0,20}\))?\s?(?:是|为|is)\s?(?:您|你|your|the)?"
    rf"[^0-9\n,。]{{0,40}}(?:{_CODE_ZH}|code\b)",
    r"\buse (?:\d{4,8}|\*\*\*) to\b",
)
"""A one-time code, also where it has been masked."""

ASKED = any_of(
    rf"(?:正在|进行|申请|用于|请求|尝试)[^。\n]{{0,20}}(?:{LOG}|异地)",
    rf"\b(?:trying|attempting|requesting|is used|use it|to) [^.\n]{{0,20}}{EN_LOG}",
)
"""A login that is still being made."""
