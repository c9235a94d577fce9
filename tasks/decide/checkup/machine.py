"""Files, disk and clock."""

from datetime import timedelta
from typing import NamedTuple

from tasks.decide.checkup.wording import danger, note, ok
from tasks.model.finding import Finding

OTHERS_READ, OTHERS_WRITE = 0o077, 0o022
MIB = 1 << 20
FULL, LOW = 200 * MIB, 1024 * MIB
"""Bytes that are left: an incident takes about one MiB, its database pages and a backup of them many at once."""

SIGNATURE_LIVES = timedelta(minutes=5)
"""How far our clock may be off before the cloud refuses every call with AuthFailure.SignatureExpire: the common error
codes on page tencentcloud.com 598/32231 (of 2024-05-21)."""
OFF = timedelta(seconds=60)  # a third party's clock shows whole seconds, and answers take some


class PathState(NamedTuple):
    """A file or folder as it was found.

    Args:
        mode: its permission bits.
        mine: whether it belongs to this user, or to root.
        secret: whether others may not even read it.
    """

    path: str
    mode: int
    mine: bool
    secret: bool


def judge_path(found: PathState) -> Finding | None:
    """What is wrong with who may read or write a path; None where nothing is."""
    if not found.mine:
        return danger(
            (f"{found.path} 属于别的用户。", f"{found.path} belongs to another user."),
            ("把属主改为运行本程序的用户。", "give it to the user who runs this program."),
        )
    wrong = found.mode & (OTHERS_READ if found.secret else OTHERS_WRITE)
    if not wrong:
        return None
    verb = ("写", "write") if wrong & OTHERS_WRITE else ("读", "read")
    right = "go-rwx" if found.secret else "go-w"
    return danger(
        (
            f"其他用户可以{verb[0]} {found.path}（{found.mode:04o}）。",
            f"other users may {verb[1]} {found.path} ({found.mode:04o}).",
        ),
        (f"执行 chmod {right} {found.path}", f"chmod {right} {found.path}"),
    )


def judge_disk(path: str, free: int, *, writable: bool) -> Finding:
    """Whether a folder can still be written to."""
    left = f"{free // MIB} MiB"
    if not writable:
        return danger(
            (f"{path} 不可写。", f"{path} can't be written to."),
            ("改权限，或换一个可写的目录。", "change its mode, or name a folder that can be."),
        )
    if free < FULL:
        return danger(
            (f"{path} 只剩 {left}。", f"{path} has {left} left."),
            (
                "现在就腾出空间：账本写不下时，提醒会被拒收。",
                "make room now: when the ledger can't write, alerts are refused.",
            ),
        )
    if free < LOW:
        return note((f"{path} 剩 {left}。", f"{path} has {left} left."), ("尽快腾出空间。", "make room soon."))
    return ok(f"{path} 可写，剩 {left}。", f"{path} can be written to, {left} left.")


def judge_clock(ahead: timedelta) -> Finding:
    """Whether the clock is near enough to the cloud's.

    Args:
        ahead: of the cloud's; negative where ours is behind.
    """
    seconds = round(abs(ahead).total_seconds())
    side = ("快", "ahead of") if ahead > timedelta() else ("慢", "behind")
    what = (f"本机时钟比云端{side[0]} {seconds} 秒。", f"this machine's clock is {seconds} s {side[1]} the cloud's.")
    mend = ("开启 NTP 对时（如 chrony）。", "keep it by NTP, such as chrony.")
    if abs(ahead) > SIGNATURE_LIVES:
        return danger((what[0] + "签名会被拒绝。", what[1] + " Signatures are refused."), mend)
    if abs(ahead) > OFF:
        return note(what, mend)
    return ok("本机时钟与云端一致。", "this machine's clock agrees with the cloud's.")


def judge_keys_apart(keys: str, *, beside_ledger: bool) -> Finding:
    """Whether who has the ledger has the keys that sign it, too."""
    if beside_ledger:
        return note(
            (
                f"签名密钥（{keys}）与账本放在一起：能改账本的人也能重新签名。",
                f"the keys that sign ({keys}) lie with the ledger: who can change it can sign it anew.",
            ),
            (
                "用 RUNBOOKS_SIGNING_KEYS 放到别处，或设 RUNBOOKS_ANCHOR。",
                "keep them elsewhere by RUNBOOKS_SIGNING_KEYS, or set RUNBOOKS_ANCHOR.",
            ),
        )
    return ok("签名密钥与账本分开存放。", "the keys that sign lie apart from the ledger.")
