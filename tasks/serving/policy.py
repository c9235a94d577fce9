"""The policy that new incidents go by: the file as it is now, and the journeys that people announced."""

import logging
from collections.abc import Callable

from tasks.context import with_journeys
from tasks.errors import LedgerError
from tasks.model.policy import Policy, Travel

log = logging.getLogger("runbooks.serve")


class PolicyInForce:
    """The file's policy with the ledger's journeys; where the ledger can't be read, with those that were known last.

    Whatever is opened meanwhile asks the ledger again when its run begins.
    """

    def __init__(self, of_file: Callable[[], Policy]) -> None:
        self._of_file = of_file
        self._known: tuple[Travel, ...] = ()

    def __call__(self) -> Policy:
        """The policy in force now."""
        policy = self._of_file()
        try:
            whole = with_journeys(policy)
        except LedgerError as error:
            log.warning("announced journeys can't be read now: %s", error)
            return policy.model_copy(update={"travel": (*policy.travel, *self._known)})
        self._known = whole.travel[len(policy.travel) :]
        return whole
