"""What can be reached from outside."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tasks.decide.checkup.wording import danger, note, ok
from tasks.model.address import parse_address
from tasks.model.finding import Finding
from tasks.model.intake_file import IntakeFile, Proof

REFUSED, SERVER_ERROR = 400, 500  # HTTP statuses, from which on

SAYS_ITS_SECRET = (Proof.BEARER, Proof.BASIC, Proof.KEY)
"""Proofs in which the secret itself travels, so that whoever reads along can use it."""


def judge_intake(host: str, intake: IntakeFile) -> Iterator[Finding]:
    """Where alerts are taken in, and who can read along.

    Args:
        host: what the intake binds to.
    """
    if stays_here(host):
        yield ok(f"入口只听本机（{host}）。", f"the intake listens on this machine alone ({host}).")
    else:
        yield _open_intake(host, intake)
    if intake.public_url is not None and not intake.trusted_proxies and not stays_here(intake.public_url.host or ""):
        yield note(
            (
                "设了 public_url 却没有 trusted_proxies：来访者都像是代理本身，签到也就不作数。",
                "public_url without trusted_proxies: whoever comes looks like the proxy; check-ins prove nothing.",
            ),
            ("在 intake 文件写上代理所在网段。", "name the proxy's network in the intake file."),
        )


def judge_engine(url: str | None, answer: int | None) -> Finding:
    """Whether Prefect's API is there for us, and for nobody else.

    Args:
        url: of a server that the user named, or of the embedded one that runs; None where none does.
        answer: HTTP status of its API to a caller without a string; None where it did not answer.
    """
    if url is None:
        return ok(
            "内置 Prefect 服务器现在没有运行；serve 会启动它。",
            "the embedded Prefect server is not running; serve starts it.",
        )
    parts = urlsplit(url)
    far = not stays_here(parts.hostname or "")
    if far and parts.scheme == "http":
        return danger(
            (
                f"{url} 是明文 http：路上的人能看到内容，也能代你按 Resume。",
                f"{url} is plain http: whoever is on the way reads all, and can press Resume.",
            ),
            ("改用 https。", "give its https address."),
        )
    if answer is None or answer >= SERVER_ERROR:
        return danger(
            (f"Prefect 的 API {url} 没有应答。", f"Prefect's API {url} does not answer."),
            ("启动它，或检查 PREFECT_API_URL。", "start it, or look at PREFECT_API_URL."),
        )
    if answer < REFUSED:
        what = (f"Prefect 的 API {url} 不需要口令。", f"Prefect's API {url} asks for no auth string.")
        mend = (
            "在服务器设 PREFECT_SERVER_API_AUTH_STRING，这里设 PREFECT_API_AUTH_STRING。",
            "set PREFECT_SERVER_API_AUTH_STRING there, and PREFECT_API_AUTH_STRING here.",
        )
        return danger(what, mend) if far else note(what, mend)
    return ok(f"Prefect 的 API {url} 有应答，凭口令进入。", f"Prefect's API {url} answers, and wants its string.")


def stays_here(host: str) -> bool:
    """Whether a host is this machine itself."""
    address = parse_address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def _open_intake(host: str, intake: IntakeFile) -> Finding:
    sources = [one.name for one in intake.sources if one.proof in SAYS_ITS_SECRET] if intake.sources else ["default"]
    what = (f"入口监听 {host}，本机以外也能连到。", f"the intake listens on {host}, which is reached from outside.")
    mend = (
        "改回 127.0.0.1，前面放带 TLS 的反向代理，并写入 trusted_proxies。",
        "bind 127.0.0.1 behind a reverse proxy with TLS, and name that in trusted_proxies.",
    )
    if sources and not intake.trusted_proxies:
        clear = (
            f"{what[0]}{'、'.join(sources)} 的密钥以明文传输。",
            f"{what[1]} The secrets of {', '.join(sources)} travel in clear.",
        )
        return danger(clear, mend)
    return note(what, mend)
