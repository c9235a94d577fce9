"""Errors of the runbooks, one tree; each says whether to try again.

    RunbookError
    ├── InputError            what a person gave us is wrong; names the field and the mend
    ├── SettingsError         the configuration is wrong; names the setting and the mend
    ├── LedgerError           the ledger can't be read or written; its kinds stand in `tasks.ledger.errors`
    ├── EngineError           Prefect's server or the run can't be reached
    ├── Unreadable            what was kept has another shape than this version knows; names it, the field and the mend
    └── CloudError            the cloud did not do what was asked
        ├── CloudRefused      it said no for good: try nothing again
        │   ├── Denied        the credential lacks a permission
        │   ├── BadCredential the credential itself is wrong, expired or disabled
        │   ├── NotFound      the thing asked for does not exist
        │   └── Endless       what it lists has no end
        └── CloudTransient    it may say yes next time
            ├── Throttled     too many requests
            └── Silent        no answer, or one cut off
                └── NotAsked  its time was over before it was asked

Arguments are positional, for Prefect pickles exceptions.
"""


class RunbookError(Exception):
    """Something that an operator can understand went wrong."""

    retry = False


class InputError(RunbookError):
    """What a person gave us is wrong: `InputError(field, mend)`."""

    def __init__(self, field: str, mend: str) -> None:
        super().__init__(field, mend)
        self.field = field
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.field}: {self.mend}"


class SettingsError(InputError):
    """A setting is wrong or missing: `SettingsError(setting, mend)`."""


class LedgerError(RunbookError):
    """The ledger can't be read or written."""


class EngineError(RunbookError):
    """Prefect's server, or the run in it, can't be reached or is not what we need."""

    retry = True


class Unreadable(RunbookError):  # noqa: N818 - it is named by what is so
    """What was kept has another shape than this version knows: `Unreadable(what, field, problem)`.

    Args:
        what: the step or the row, such as `record of INC-1`.
        field: the field in it, its parents before it; empty where it is the whole.
        problem: what is wrong with it.
    """

    def __init__(self, what: str, field: str, problem: str) -> None:
        super().__init__(what, field, problem)
        self.what = what
        self.field = field
        self.problem = problem

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        return (
            f"{self.what} was kept by another version and can't be read: {where}{self.problem}. "
            "Only that version reads it; the alert can be answered anew: `runbooks respond --again`."
        )


class CloudError(RunbookError):
    """The cloud did not do what was asked: `CloudError(action, code, message, request_id)`.

    Args:
        action: product and action as CAM names them, such as `cam:ListUsers`.
        code: the vendor's error code, or the transport's.
        message: the vendor's words; untrusted, may be long.
        request_id: the vendor's request id, empty where no answer came.
    """

    def __init__(self, action: str, code: str, message: str = "", request_id: str = "") -> None:
        super().__init__(action, code, message, request_id)
        self.action = action
        self.code = code
        self.message = message
        self.request_id = request_id

    def __str__(self) -> str:
        return f"{self.action}: {self.code}"


class CloudRefused(CloudError):  # noqa: N818 - it is named by what the cloud did
    """The cloud said no, for good."""


class Denied(CloudRefused):
    """The credential lacks a permission; `action` is the one to grant."""


class BadCredential(CloudRefused):
    """The credential itself is wrong, expired or disabled."""


class NotFound(CloudRefused):
    """The thing asked for does not exist."""


class Endless(CloudRefused):
    """What the cloud lists has no end: it says that there is more, and gives nothing more."""


class CloudTransient(CloudError):  # noqa: N818 - it is named by what the cloud did
    """The cloud may say yes next time."""

    retry = True


class Throttled(CloudTransient):
    """Too many requests for this action at this moment."""


class Silent(CloudTransient):
    """No answer came, or one that broke off: what was asked may or may not have been done."""


class NotAsked(Silent):
    """The time for it was over before it was asked: it was not done."""
