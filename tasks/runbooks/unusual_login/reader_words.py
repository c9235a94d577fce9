"""Words to the reader: what to do, where to look, what to buy. They name logins, servers and passwords of no event."""

from tasks.runbooks.unusual_login.login_words import LOG, any_of

_TOLD = r"请|可|可以|建议|欢迎|敬请|立即|点击|前往|如需|务必|方可|即可|尽快|及时|马上|快来|详情|详见|您可|需要|需"
_NOT_ASKED = r"是否|确认|核实|核对|检查|本人|次|疑|异|注意"
_PLACES = r"控制台|官网|网站|平台|系统|后台|页面|中心|社区|账号|帐号|账户|腾讯云|APP|小程序|https?:"
_DEEDS = (
    r"查看|查询|处理|修改|领取|续费|充值|参与|参加|体验|了解|操作|完成|设置|开启|绑定|确认|缴费|支付|升级"
    r"|下载|使用|购买|报名|观看"
)
_EN_TOLD = (
    r"please|kindly|can|may|could|should|must|need|want|wish|or|then|again|to|also|first|directly|simply|and|soon"
    r"|immediately|now|details|asap"
)
_EN_WHERE = r"\s(?:to|into|at|on|and|with|via|now)\b[^.;\n]{0,80}"

INSTRUCTION = any_of(
    rf"(?:{_TOLD})(?:(?!{_NOT_ASKED}|[,。;\n]).){{0,14}}{LOG}"
    rf"(?:(?=[。;!,\n]|$)|[^,。;\n]{{0,24}}(?:{_PLACES}|{_DEEDS}))",
    rf"(?:请|需|务必)[^。\n]{{0,40}}前{LOG}",
    rf"(?:^|[,。;:：\n( ]){LOG}(?:即|领|有礼|享|赢|抽|可领|后即可|后可|送)",
    rf"(?:^|[,。;:：\n( ]){LOG}[^,。;\n]{{0,16}}(?:{_PLACES})[^,。;\n]{{0,12}}(?:{_DEEDS}|调整|填写|关闭)",
    rf"(?:^|[.\n;:!?(>,]\s{{0,3}}(?:and |then )?)(?:log|sign)[ -](?:in|on){_EN_WHERE}",
    rf"\b(?:{_EN_TOLD})\s{{1,2}}(?:log|sign)[- ]?(?:in|on){_EN_WHERE}",
)
"""That the reader should log in."""

ADVICE = any_of(
    r"(?:如非|若非|如不是|若不是|如果不是|如果非|倘若不是|非本人|为了?(?:保障|确保|避免|防止|保护)"
    r"|请确认|请核实|请检查|请及时|请尽快|请立即|请务必|建议)[^。\n]{0,160}",
    r"(?:if (?:this|it|you|that) (?:was ?n[o']t|did ?n[o']t|were not|is not|isn't|do not)|if not you"
    r"|to (?:protect|secure|ensure|keep)|we (?:recommend|suggest)"
    r"|please (?:check|change|confirm|verify|make sure|reset|review))[^.\n]{0,240}",
)
"""What the reader should do about it."""

SELLS = any_of(
    r"退订|拒收请?回|回[TN]\b|优惠|代金券|领取|特惠|限时|秒杀|红包|抽奖|满减|\d折|大促|免费试用|活动(?:时间|期间|火热)",
    r"有礼|促销|新客|专享|直播",
    r"coupon|promotion|voucher|% off|discount|free trial|special offer|webinar|giveaway",
)
"""That something is to be had."""

GUARDS = any_of(
    r"密码(?:已|被|于|重置|修改|变更|更改)|(?:修改|重置|变更|更改)了?(?:您的|账号的?|登录)?密码",
    r"登录保护|操作保护|异地登录保护|MFA|二次验证|安全手机|安全邮箱|下线所有|登录态",
    r"(?:绑定|解绑|换绑|更换|变更|修改)了?[^。\n]{0,12}(?:手机|邮箱|微信|QQ)",
    r"(?:密钥|SecretKey|SecretId|AccessKey)[^。\n]{0,20}(?:泄[露漏]|创建|新增|启用|删除|禁用|外泄|异常)",
    r"(?:新建|创建|新增)了?子(?:用户|账号)|(?:授予|添加|变更)[^。\n]{0,24}(?:权限|策略)",
    r"password (?:[^.\n]{0,60} )?(?:was|has been|is) (?:changed|reset|modified)",
    r"(?:changed|reset) (?:your|the) password",
    r"log-?in protection|multi-factor|security (?:phone|e-?mail)",
    r"(?:access|API|secret) ?keys? [^.\n]{0,40}(?:leak|creat|expos|delet|disabl|abnormal)|sub-?user [^.\n]{0,20}creat",
)
"""What guards the account: whoever breaks in changes it."""
