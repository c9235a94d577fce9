"""Mails, whole and forwarded, as the text that a reader sees."""

import pytest

from tasks.intake.mail import text_of_mail

WHOLE = "From: a@example.com\nDate: Mon, 23 Nov 2026 03:00:00 +0800\nSubject: s\nMIME-Version: 1.0\n"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a text", "a text"),
        (WHOLE + "Content-Type: text/plain; charset=utf-8\n\nhello\n", "s\nhello\n"),
        (WHOLE + "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n", "s\nhello"),
        (
            WHOLE
            + 'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/html\n\n<p>h</p>\n'
            + "--b\nContent-Type: text/plain\n\nhello\n--b--\n",
            "s\nhello",
        ),
        (WHOLE + "Content-Type: text/plain; charset=no-such\n\nhello\n", "Subject: s"),
        (WHOLE + "Content-Type: image/png\n\nAAAA\n", "Subject: s"),
        ('=E7=99=BB=E5=BD=95 =3D"x"', '登录 ="x"'),
        ("a=E7 b", "a=E7 b"),
        ("> From: a@example.com\n> Sent: Monday 3:00\n> hello", "\n\n> hello"),
        ("发件人：a@example.com\n发送时间：2026-11-23 03:00\n你好", "\n\n你好"),
        ("Date: 2026-11-23 02:10:00\nhello", "Date: 2026-11-23 02:10:00\nhello"),
    ],
)
def test_a_mail_is_its_subject_and_body_without_who_sent_it(text: str, seen: str) -> None:
    assert seen in text_of_mail(text) if seen.startswith("Subject") else text_of_mail(text) == seen
