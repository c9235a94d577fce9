"""Words by which a text is about another thing than the account: servers, other products, other companies."""

from tasks.runbooks.unusual_login.login_words import EN_LOGIN, LOG, any_of

_MACHINE_ID = r"\b(?:ins|lhins|eks|eklet|lh)-[0-9a-z]{6,}"
_SERVER_ZH = r"服务器|主机|实例|机器|资产"
_SERVER_EN = r"server|CVM|instance|virtual machine|machine|VM"

SERVER = any_of(
    r"主机安全|云镜|(?:主机|服务器)(?:异地|异常)?登|容器安全|云工作负载",
    r"Cloud Workload Protection|\bCWPP?\b|\bHIDS\b|Host Security",
    rf"\[\s?[内外]\s?\]|{_MACHINE_ID}|\binstance[_ ]?id\b|实例 ?ID",
    r"\b(?:SSH|sshd|RDP|xrdp)\b|远程桌面|Remote Desktop|攻击源|攻击者?IP|Fail2Ban",
    r"(?:事件|event) ?ID ?[:=]? ?46(?:24|25)|Account Domain|Logon Type|Source Network Address|Workstation Name",
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
        r"堡垒机|堡垒主机|运维安全中心|跳板机|bastion(?: host)?|jump ?server|jump host|SSL ?VPN|OpenVPN|WireGuard",
        r"VPN ?(?:网关|账号|帐号|客户端|用户|系统)|AnyConnect|GlobalProtect|FortiGate|FortiClient|EasyConnect|aTrust",
    ),
    *(r"VPN (?:gateway|client|connection|account|user)|云桌面|云手机", r"企业邮箱?|邮箱账号|邮件推送|邮件系统"),
    *(
        r"即时通信|实时音视频|Cloud Studio|COSBrowser|工作空间",
        r"mailbox|e-?mail account|webmail|Kafka|RabbitMQ|Elasticsearch|Kibana|Grafana|Prometheus|Zabbix",
        r"Jenkins|Nacos|MinIO|Harbor|Portainer|SonarQube|Nexus|Gitea|Rancher|Proxmox|vCenter|vSphere|ESXi|iDRAC|\biLO\b",
    ),
    *(
        r"禅道|宝塔(?:面板)?|1Panel|aaPanel|cPanel|WordPress|TKE|Kubernetes|K8s|集群|cluster",
        r"容器镜像|镜像仓库|image registry",
    ),
    *(
        r"CODING|TAPD|微搭|企点|腾讯会议|腾讯文档|腾讯电子签",
        r"网站后台|管理后台|商户平台|OA ?系统|\bERP\b|\bCRM\b|OrcaTerm|S?FTP|\bNAS\b|\bSAP\b|Odoo",
        r"用友|金蝶|泛微|致远|蓝凌",
    ),
    *(r"群晖|威联通|Synology|QNAP|Nextcloud|路由器|光猫|爱快|交换机|防火墙|无线控制器|摄像头|教务|统一身份认证",),
    *(
        r"OpenWrt|MikroTik|UniFi|pfSense|Wi-?Fi|无线网络|门禁|考勤|域控|AD ?域|Windows ?域|域账号|活动目录",
        r"Active Directory|Windows domain|domain controller|LDAP|Guacamole|Teleport|Keycloak|Home ?Assistant",
    ),
)
_PRODUCTS = rf"(?<![_@])(?:{'|'.join(_PRODUCT_NAMES)})(?![_@])"  # mysql_admin is somebody's name
_BY_LOGIN = r"VPN|OA|ERP|CRM|邮箱|邮件|网盘|论坛|财务系统|人事系统|内网|WLAN|域|SSO|单点登录平台|Exchange|Outlook|wiki"
_BY_LOGIN_EN = r"VPN|OA|e-?mail|mail|intranet|WLAN|router|switch|firewall|domain|forum|wiki|Exchange|web ?site|NAS"
"""Products by words that mean something else, too, unless somebody logs in to them."""
PRODUCT = any_of(
    rf"(?:{_PRODUCTS})[^。;\n]{{0,60}}?(?:{LOG}|{EN_LOGIN})",
    rf"(?:{LOG}|{EN_LOGIN})(?:了|到|至| to| into| on)(?: the| your)?[^。;,\n]{{0,20}}?(?:{_PRODUCTS})",
    rf"{LOG}(?:了|到|至|过)?(?:您的|公司|企业|单位|内部|本地|你的| ){{0,3}}(?:{_PRODUCTS}|(?:{_BY_LOGIN})(?![a-z]))",
    rf"{EN_LOGIN} (?:to|on|at) (?:the |your |our |company |corporate ){{0,3}}(?:{_BY_LOGIN_EN})\b",
    r"(?<!通过)(?<!使用)(?<!经由)(?<![由从经用])(?:VPN|OA|ERP|CRM|邮箱|邮件系统|WLAN|域)"
    rf" ?{LOG}(?:提醒|通知|告警|成功|记录|:|日志)",
    rf"\b(?:VPN|OA|ERP|CRM|WLAN|domain|router|mail|e-mail|webmail|NAS) {EN_LOGIN}\b",
)
"""A login to another product."""

_OF_A_LOGIN = (
    r"时间|地点|地址|地|IP|ip|城市|位置|方式|设备|成功|行为|提醒|通知|了|过|记录|事件|来源|操作|账号|帐号|账户|用户|控制台|腾讯云|云"
    r"|异常|异地|告警|风险|请|如|若|您|是|的|并|且|后|时|失败|名|状态|结果|环境|信息|日志|验证|保护|尝试|次数|活动|详情|警报|预警|提示|安全"
    r"|于|在|从|由|自|通过|使用|新|并非|非|已|被|中|人|者|ID|UIN|UA|浏览器|客户端|类型|渠道|国家|省份|区域|地区|主|子|及|和|与|或|但"
    r"|会|需|可|不|未|为|有|发生|到账号|console|tencent|account|at|on|from|by|via|with|using|time|alert|notice|event"
)
"""What follows the word login, and is nothing that somebody logs in to."""
_OF_A_LOGIN_EN = (
    r"(?:the|your|our|an?|his|her) |console|tencent|qcloud|cloud|accounts?\b|sub-?|main|root|management|web console"
    r"|this|it\b|that|them|protect|secure|change|review|confirm|see|view|check|make|be\b"
    r"|(?:from|on|at|by|with|using|in)\b"
)
_NO_SUBJECT = (
    r"登[录陆入]|异地|异常|告警|提醒|通知|警报|报警|预警|安全|用户|账号|帐号|账户|IP|时间|地点|地址|来源|内容|转发|类型|事件|标题|主题|发件|来自|谁|您"
    r"|log|sign|alert|alarm|warn|notice|notif|secur|user|account|time|place|location|event|fwd?\b|re\b|fyi|got|subject|from"
    r"|sender|content|text|message|msg|body|title|sim|principal|who|name|role|角色|子|协作者|http"
)
"""What stands before a colon, and names no system."""
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
    rf"{LOG}(?:了|到|至|过)? ?(?:{_COMPANIES})(?:(?<=[^ -~])|(?![a-z]))",
    rf"(?:您的|你的|您在|你在|your|to|on|for|new|from|^|\n|\[)(?: ?the)? ?(?:{_COMPANIES})(?:(?<=[^ -~])|(?![a-z]))",
    rf"{_NOT_A_WAY_IN}(?:{_COMPANIES}) ?(?:ID|账号|帐号|账户|通行证|会员|account|团队|安全中心|team|cloud console)",
)
"""Another company's account, where nobody signs the text."""

FOREIGN = any_of(
    rf"{_NOT_A_WAY_IN}(?<![a-z])(?:{_COMPANIES})(?:(?<=[^ -~])|(?![a-z]))",
    r"网站|站点|后台|会员|商城|论坛|门户|资产|内网|OA|客户端|游戏|学号|工号|服务密码|家庭|Windows ?登|Linux ?登",
    r"(?-i:\b[Yy]our (?!Tencent|Cloud|Main|Root|Sub)[A-Z][\w.-]{1,30} (?:[A-Z][\w.-]{1,30} )?(?:[Aa]ccount|ID)\b)",
    rf"{EN_LOGIN}[^.\n]{{0,40}}? (?:at|on|to) [a-z0-9-]{{1,40}}(?:\.[a-z0-9-]{{1,40}}){{0,3}}\.[a-z]{{2,10}}\b",
    r"\b(?:website|forum|shop|membership|wp-admin|intranet|router|workspace)\b",
)
"""Subjects of another system, where nothing in a text is the cloud's."""

OBJECT = any_of(
    rf"{LOG}(?:了|到|至|过)?(?:您的|公司|企业|内部|你的| ){{0,3}}(?!{_OF_A_LOGIN})[\u4e00-\u9fffA-Za-z]",
    rf"{EN_LOGIN} to (?:the |your |our |an? |his |her ){{0,2}}(?!{_OF_A_LOGIN_EN})[a-z]",
    rf"(?<![a-z\u4e00-\u9fff])[\u4e00-\u9fffA-Za-z0-9]{{1,16}}"
    rf"(?:(?<!安全)(?<!告警)(?<!监控)(?<!风控)(?<!通知)(?<!审计)系统|平台|门户)"
    rf" ?(?:中|里|内|上|的)?[^。;\n]{{0,60}}?{LOG}",
)
"""A login to something by name, where nothing in a text is the cloud's: it may be anything."""

SUBJECT = any_of(rf"^\s{{0,3}}(?![^:\n]{{0,24}}(?:{_NO_SUBJECT}))[^:=,。;\n]{{2,24}}: ?[^\s\d]")
"""A name before a colon, at the beginning: whose system it is that tells."""

OWN_CONSOLE = any_of(
    r"(?:云?数据库|TKE|容器服务|容器镜像服务|集群|MySQL|MariaDB|Redis|MongoDB|PostgreSQL|Elasticsearch|Kafka| ){1,3}"
    r"控制台"
)
"""The cloud's own pages for its products."""
ACCOUNT_ID = any_of(r"(?:账号|帐号|账户|account|uin) ?(?:ID)? ?[:=(]? ?[0-9]{9,20}")

TENCENT = any_of(r"腾讯云|tencent ?cloud|qcloud|云安全中心|CloudAudit|操作审计|云审计|ConsoleLogin")
CONSOLE = any_of(r"控制台|console|子用户|子账号|主账号|协作者|sub-?user|sub-?account|账号 ?ID|account ?ID|uin")
"""Words of the cloud's accounts, by which an unsigned text may be known."""
