"""Words by which a text is about another thing than the account: servers, other products, other companies."""

from tasks.runbooks.unusual_login.login_words import EN_LOGIN, LOG, any_of

_MACHINE_ID = r"\b(?:ins|lhins|eks|eklet|lh)-[0-9a-z]{6,}"
_SERVER_ZH = r"服务器|主机|实例|机器|资产"
_SERVER_EN = r"server|CVM|instance|virtual machine|machine|VM"

SERVER = any_of(
    r"主机安全|云镜|(?:主机|服务器)(?:异地|异常)?登|容器安全|云工作负载",
    r"Cloud Workload Protection|\bCWPP?\b|\bHIDS\b|Host Security",
    rf"\[\s?[内外]\s?\]|{_MACHINE_ID}|\binstance[_ ]?id\b|实例 ?ID",
    r"\b(?:SSH|sshd|RDP|xrdp)\b|远程桌面|Remote Desktop|攻击源|攻击者?IP|事件 ?ID ?:? ?4624|Fail2Ban",
    rf"{LOG}(?:了|到|至|过)?(?:您|你)?(?:的|台|云|轻量应用|轻量|linux|windows|centos|ubuntu|目标| ){{0,6}}"
    rf"(?:{_SERVER_ZH})",
    rf"(?:{_SERVER_ZH}|CVM)(?!安全)[^。\n]{{0,220}}?(?:{LOG}|爆破|破解)",
    rf"\b(?:your|the|on|cloud|linux|windows|lighthouse|target) (?:{_SERVER_EN}|host)s?\b[^.\n]{{0,200}}?"
    rf"(?:{EN_LOGIN}|brute)",
    rf"{EN_LOGIN}[^.\n]{{0,40}}? (?:to|on|into|of|at) (?:your|the|a|this|one)? ?(?:cloud|linux|windows|lighthouse)? ?"
    rf"(?:{_SERVER_EN})s?\b",
    r"(?:^|\n) ?(?:server|主机|服务器|machine|host ?name|受影响(?:主机|资产|服务器)|机器) ?(?:名称?|IP)? ?:",
)
"""A login to a server, as host security, monitors and shells write of it."""

SERVER_USER = any_of(
    r"(?:登录用户名|login user ?name) ?: ?(?:root|administrator|ubuntu|centos|lighthouse|admin|debian|opc)\b"
)
ROOT_OF_ANYTHING = frozenset({"root", "admin", "administrator", "ubuntu", "centos", "guest", "test"})
"""Names that every machine and product has."""

MACHINE = any_of(rf"{_MACHINE_ID}|服务器|云主机|主机|实例", rf"\b(?:{_SERVER_EN}|Lighthouse)s?(?![a-z])")
"""Machines, logged in to or not."""

CRACKED = any_of(r"暴力破解|密码破解|爆破|撞库|brute[- ]?force|password crack")

_PRODUCT_NAMES = (
    *(r"云数据库|数据库|MySQL|MariaDB|Redis|MongoDB|PostgreSQL|SQL ?Server|TDSQL|phpMyAdmin", r"database|Oracle"),
    *(
        r"堡垒机|运维安全中心|跳板机|bastion(?: host)?|JumpServer|SSL ?VPN|OpenVPN",
        r"VPN ?(?:网关|账号|帐号|客户端|用户)",
    ),
    *(r"VPN (?:gateway|client|connection|account|user)|云桌面|云手机", r"企业邮箱?|邮箱账号|邮件推送|邮件系统"),
    *(
        r"即时通信|实时音视频|Cloud Studio|COSBrowser|工作空间",
        r"mailbox|e-?mail account|Kafka|Elasticsearch|Kibana|Grafana|Zabbix",
        r"Jenkins|Nacos|MinIO|Harbor|Portainer",
    ),
    *(r"禅道|宝塔(?:面板)?|1Panel|WordPress|TKE|Kubernetes|K8s|集群|cluster", r"容器镜像|镜像仓库|image registry"),
    *(
        r"CODING|TAPD|微搭|企点|腾讯会议|腾讯文档|腾讯电子签",
        r"网站后台|管理后台|商户平台|OA ?系统|ERP|CRM|OrcaTerm|S?FTP|NAS",
    ),
    *(r"群晖|威联通|路由器|光猫|爱快|摄像头|教务|统一身份认证",),
)
_PRODUCTS = "|".join(_PRODUCT_NAMES)
PRODUCT = any_of(
    rf"(?:{_PRODUCTS})[^。;\n]{{0,60}}?(?:{LOG}|{EN_LOGIN})",
    rf"(?:{LOG}|{EN_LOGIN})(?:了|到|至| to| into| on)(?: the| your)?[^。;,\n]{{0,20}}?(?:{_PRODUCTS})",
)
"""A login to another product."""

_NOT_A_WAY_IN = r"(?<!通过)(?<!使用)(?<!方式:)(?<!方式: )"
APP_ACCOUNT = any_of(
    rf"{_NOT_A_WAY_IN}(?<!绑定的)(?<!绑定)(?<!关联)(?<!以)"
    r"(?:微信|QQ|企业微信|Wechat|WeCom|腾讯会议|腾讯视频|财付通|微信支付|公众号|视频号|小程序后台)"
    r"(?:号|账号|帐号|账户| account|号码| number)(?!登)"
)
"""An account of another product of Tencent; as a way to log in it is none."""

_COMPANY_NAMES = (
    *(
        r"阿里云|阿里巴巴|Aliyun|Alibaba Cloud|ActionTrail|华为云|华为帐号",
        r"Huawei|\bAWS\b|Amazon|Azure|Microsoft|微软",
    ),
    *(r"Outlook|Google|Gmail|谷歌|GitHub|GitLab|Gitee|Apple ID|苹果|iCloud", r"Facebook|Instagram|Twitter|Telegram"),
    *(
        r"WhatsApp|Binance|币安|Coinbase|OKX|欧易|PayPal|支付宝|Alipay",
        r"淘宝|天猫|京东|拼多多|美团|抖音|快手|微博|百度",
    ),
    *(r"网易|163 ?邮箱|新浪|小米|OPPO|vivo|滴滴|携程|12306|银行|\bBank\b", r"证券|基金|Steam|Epic Games|Slack|Dropbox"),
    *(r"LinkedIn|Cloudflare|DigitalOcean|Vultr|UCloud|青云|火山引擎|天翼云", r"移动云|联通云|京东云|金山云|百度智能云"),
    *(
        r"七牛|又拍云|钉钉|DingTalk|飞书|Feishu|Okta",
        r"Discord|Netflix|Spotify|eBay|Shopee|Lazada",
    ),
    *(r"TikTok|KakaoTalk|Yahoo|ProtonMail|Bitwarden|1Password", r"LastPass|Docker|npm|Salesforce|Atlassian|Jira"),
    *(r"Confluence",),
)
_COMPANIES = "|".join(_COMPANY_NAMES)
COMPANY = any_of(
    rf"(?:您的|你的|您在|你在|your|to|on|for|new|from|^|\n|\[)(?: ?the)? ?(?:{_COMPANIES})(?:(?<=[^ -~])|(?![a-z]))",
    rf"{_NOT_A_WAY_IN}(?:{_COMPANIES}) ?(?:ID|账号|帐号|账户|通行证|会员|account|团队|安全中心|team|cloud console)",
)
"""Another company's account, where nobody signs the text."""

FOREIGN = any_of(
    rf"{_NOT_A_WAY_IN}(?<![a-z])(?:{_COMPANIES})(?:(?<=[^ -~])|(?![a-z]))",
    r"网站|站点|后台|会员|商城|论坛|门户|资产|内网|OA|客户端|游戏|学号|工号|服务密码|家庭|Windows ?登|Linux ?登",
    r"(?-i:\b[Yy]our (?!Tencent|Cloud|Main|Root|Sub)[A-Z][\w.-]{1,30} (?:[A-Z][\w.-]{1,30} )?(?:[Aa]ccount|ID)\b)",
    r"\b(?:website|forum|shop|membership|wp-admin|intranet|router|workspace)\b",
)
"""Subjects of another system, where nothing in a text is the cloud's."""

TENCENT = any_of(r"腾讯云|tencent ?cloud|qcloud|云安全中心|CloudAudit|操作审计|云审计|ConsoleLogin")
CONSOLE = any_of(r"控制台|console|子用户|子账号|主账号|协作者|sub-?user|sub-?account|账号 ?ID|account ?ID|uin")
"""Words of the cloud's accounts, by which an unsigned text may be known."""
