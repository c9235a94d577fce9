"""How the sources are called in lines of progress."""

from tasks.model.base import Sentence

CALLER = Sentence(zh="所用凭证", en="our credential")
LOGIN = Sentence(zh="登录记录", en="the login")
HISTORY = Sentence(zh="90 天登录历史", en="logins of 90 days")
CO_USERS = Sentence(zh="共用账号的人", en="co-users")
EGRESS = Sentence(zh="自有出口地址", en="own egress addresses")
PROTECTIONS = Sentence(zh="登录/操作/异地保护", en="protections")
KEYS = Sentence(zh="访问密钥", en="access keys")
RIGHTS = Sentence(zh="权限", en="rights")
ADMINISTRATORS = Sentence(zh="管理员", en="administrators")
TRAIL = Sentence(zh="操作审计追踪", en="trail in the audit log")
ALARMS = Sentence(zh="云安全中心告警", en="security center alarms")
REPUTATION = Sentence(zh="地址类型", en="kind of address")
WHEREABOUTS = Sentence(zh="地址所在地", en="where the address is")
