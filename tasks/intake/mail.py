"""The text of a mail: whole, as a mail server hands it on, or out of the body that somebody forwarded."""

import email
import re
from email import policy

from tasks.intake.body import printable
from tasks.intake.decoding import decoded

_HEADERS = re.compile(
    r"(?:Return-Path|Received|Delivered-To|MIME-Version|Message-ID|From|To|Date|Subject|Content-Type|Reply-To|Sender"
    r"|X-[\w-]{1,60}|DKIM-Signature|Authentication-Results)\s?:",
    re.IGNORECASE,
)
_MIME = re.compile(r"^Content-(?:Type|Transfer-Encoding)\s?:", re.IGNORECASE | re.MULTILINE)
_SENT_NAMES = r"From|To|Cc|Sent|Date|发件人|收件人|抄送|发送时间|发送日期|日期|寄件者|收件者"
_SENT = re.compile(rf"^[ >*|]{{0,8}}(?:{_SENT_NAMES})\*{{0,2}} ?[:：][^\n]{{0,400}}$", re.IGNORECASE | re.MULTILINE)
_WRITER = re.compile(r"^[ >*|]{0,8}(?:From|发件人|寄件者)\*{0,2} ?[:：]", re.IGNORECASE | re.MULTILINE)


def text_of_mail(text: str) -> str:
    """Subject and body of a whole mail; of any other text what it says, without the headers of a forwarded mail."""
    found = _opened(text) if _HEADERS.match(text.lstrip()) and _MIME.search(text) else None
    return without_forwarding(found or decoded(text))


def without_forwarding(text: str) -> str:
    """A text without the lines that say who sent it when: that is no event's time."""
    return _SENT.sub("", text) if _WRITER.search(text) else text


def _opened(text: str) -> str | None:
    try:
        mail = email.message_from_bytes(text.encode(), policy=policy.default)
        body = mail.get_body(preferencelist=("plain", "html"))
        content = str(body.get_content()) if body else ""
        subject = str(mail.get("Subject", ""))
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):  # it may say what it likes
        return None
    return printable(f"{subject}\n{content}") if content.strip() else None
