"""What a command complained of on standard error, beside the signed heads that it always says there."""

from subprocess import CompletedProcess


def complaints(ended: "CompletedProcess[str]") -> list[str]:
    """Lines of standard error that are no anchor."""
    return [line for line in ended.stderr.splitlines() if not line.startswith(("runbooks-seal ", "runbooks-key "))]
