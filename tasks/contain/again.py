"""Which failures another try may mend: those that pass by themselves, and those that somebody can mend meanwhile."""

from tasks.errors import BadCredential, CloudError, CloudTransient, Denied

MENDABLE = ("FailedOperation.PolicyFull", "InvalidParameter.AttachmentFull")
"""Codes of CAM by which it has no room: somebody may delete or detach a policy meanwhile."""


def may_pass(error: CloudError) -> bool:
    """Whether it may be done later: permissions are granted, credentials mended; what is impossible stays so."""
    return isinstance(error, CloudTransient | Denied | BadCredential) or error.code in MENDABLE
