"""What alice can still do in a sandbox."""

from typing import Any


def standing(sandbox: Any) -> tuple[bool, bool]:
    """Whether alice may act in an open session, and log in anew."""
    acts = sandbox.attempt("alice", "cam:ListUsers", ip="203.0.113.7") == ""
    return acts, sandbox.try_login("alice", ip="198.51.100.10")
