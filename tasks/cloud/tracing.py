"""Clients around a client: one keeps the request ids of what is called through it, one also tries reads again."""

import stamina

from tasks.cloud.api import Answer, Api, Call, Wrapper
from tasks.errors import CloudError, CloudTransient

READ_ATTEMPTS = 3
"""How often a read is tried."""

WAIT_S = 0.3
"""The first wait between tries, in seconds; it doubles."""


class Traced(Wrapper):
    """Calls the cloud through another client and keeps each request id, in order."""

    def __init__(self, cloud: Api) -> None:
        super().__init__(cloud)
        self.request_ids: list[str] = []

    def call(self, call: Call) -> Answer:
        """Call once; the id of a refused call is kept too, for support asks for it."""
        try:
            reply = self.inner.call(call)
        except CloudError as error:
            self._keep(error.request_id)
            raise
        self._keep(reply.request_id)
        return reply

    def _keep(self, request_id: str) -> None:
        if request_id:
            self.request_ids.append(request_id)


class Patient(Traced):
    """For reads only: a passing fault is tried again."""

    def call(self, call: Call) -> Answer:
        """Call until an answer or a lasting fault comes."""
        again = stamina.RetryingCaller(attempts=READ_ATTEMPTS, wait_initial=WAIT_S, timeout=None)
        return again(CloudTransient, super().call, call)
