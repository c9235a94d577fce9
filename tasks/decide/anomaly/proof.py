"""Whether an incident was closed as harmless by more than somebody's word."""

from tasks.decide.usual import HARMLESS
from tasks.model.person_name import compared
from tasks.model.record import Record, RecordedAnswer

NO_YES = ("no", "unknown")


def is_proven(record: Record) -> bool:
    """Whether facts, the policy, a check-in or a second person say that it was harmless.

    The last answer is the one that ended the procedure. Where a person gave it, another has to have said yes as well:
    one person's word may be that of who holds the account.
    """
    given = tuple(record.answers[name] for name in record.path if name in record.answers)
    if record.verdict != HARMLESS or not given:
        return False
    if given[-1].source in ("fact", "policy"):
        return True
    return len({compared(one.by) for one in given if _is_word(one)}) > 1


def _is_word(answer: RecordedAnswer) -> bool:
    return answer.source == "person" and answer.value not in NO_YES and bool(answer.by.strip())
