"""How many files and connections this process may have open."""

import resource

from tasks.errors import SettingsError

WANTED = 16_384
"""Descriptors: many times what connections, databases, results and threads take."""
LEAST = 256
"""With fewer the process would fail at its first storm: each of its threads may hold one, and each connection does."""


def raise_limit() -> int:
    """Raise the soft limit of open descriptors as far as this process may, at most to what it wants; return it.

    The usual soft limit, 1,024, is an old one for programs that can't count further (systemd's "File Descriptor
    Limits", read 2026-11-28); none of this process's parts is such a program.

    Raises:
        SettingsError: so few are allowed that nothing would work.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (OSError, ValueError):  # forbidden by the system: then the old one holds
            pass
    if soft != resource.RLIM_INFINITY and soft < LEAST:
        raise SettingsError("RLIMIT_NOFILE", f"only {soft} files may be open; raise it (`ulimit -n`, LimitNOFILE=)")
    return WANTED if soft == resource.RLIM_INFINITY else soft
