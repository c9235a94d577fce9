"""The vendor's error codes, told apart by what can be done about them."""

from tasks.errors import BadCredential, CloudError, CloudRefused, CloudTransient, Denied, NotFound, Silent, Throttled

MESSAGE_MAX = 500  # characters kept of the vendor's words

KINDS: tuple[tuple[str, type[CloudError]], ...] = (
    ("AuthFailure.UnauthorizedOperation", Denied),
    ("UnauthorizedOperation", Denied),
    ("AuthFailure", BadCredential),
    ("InvalidCredential", BadCredential),
    ("RequestLimitExceeded", Throttled),
    ("ResourceNotFound", NotFound),
    ("ClientNetworkError", Silent),
    ("ServerNetworkError", Silent),
    ("InternalError", CloudTransient),
    ("InternalServerError", CloudTransient),
    ("ResourceInsufficient.Busy", CloudTransient),
)
"""First match counts: a code, or one that starts with it and a dot.

The common codes are on page tencentcloud.com 598/32231 (of 2024-05-21), CAM's in `cam/v20190116/errorcodes.py` of the
vendor's Python SDK 3.1.195, both read 2026-11-28; the two NetworkErrors are that SDK's own.
"""


def error_of(action: str, code: str, message: str, request_id: str) -> CloudError:
    """The error of ours for one of the vendor's."""
    kind = next((kind for prefix, kind in KINDS if f"{code}.".startswith(f"{prefix}.")), CloudRefused)
    return kind(action, code, message[:MESSAGE_MAX], request_id)
