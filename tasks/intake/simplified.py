"""Traditional characters of the words that reminders are made of, in their simplified form.

Only of these words: names and places stay as they were written.
"""

_WORDS = (
    *(("登錄", "登录"), ("登陸", "登录"), ("異地", "异地"), ("異常", "异常"), ("帳號", "账号"), ("賬號", "账号")),
    *(("帳戶", "账户"), ("賬戶", "账户"), ("地點", "地点"), ("時間", "时间"), ("騰訊雲", "腾讯云"), ("騰訊", "腾讯")),
    *(("用戶", "用户"), ("暱稱", "昵称"), ("協作者", "协作者")),
    *(("驗證碼", "验证码"), ("密碼", "密码"), ("保護", "保护"), ("伺服器", "服务器"), ("服務器", "服务器")),
    *(("控制臺", "控制台"), ("實例", "实例"), ("主機", "主机"), ("失敗", "失败"), ("檢測", "检测"), ("偵測", "检测")),
    *(("請", "请"), ("設備", "设备"), ("裝置", "设备"), ("來源", "来源"), ("歸屬", "归属"), ("數據庫", "数据库")),
    *(("資料庫", "数据库"), ("雲", "云"), ("風險", "风险"), ("於", "于"), ("從", "从")),
)


def simplified(text: str) -> str:
    """The text with those words in simplified characters."""
    for traditional, simple in _WORDS:
        text = text.replace(traditional, simple)
    return text
