"""Clients around a client: one keeps the request ids of what is called through it, one also tries reads again."""

from collections.abc import Mapping
from typing import Any

import stamina

from tasks.cloud.client import Answer, Api, Site
from tasks.errors import CloudError, CloudTransient

READ_ATTEMPTS = 3
"""How often a read is tried."""

WAIT_S = 0.3
"""The first wait between tries, in seconds; it doubles."""


class Traced:
    """Calls the cloud through another client and keeps each request id, in order."""

    def __init__(self, cloud: Api) -> None:
        self.origin = cloud
        self.request_ids: list[str] = []

    @property
    def site(self) -> Site:
        """Which of the vendor's two clouds."""
        return self.origin.site

    @property
    def key_id(self) -> str:
        """The key that signs."""
        return self.origin.key_id

    def call(
        self,
        service: str,
        version: str,
        action: str,
        params: Mapping[str, Any],
        *,
        region: str | None = None,
        require: tuple[str, ...] = (),
    ) -> Answer:
        """Call once; the id of a refused call is kept too, for support asks for it."""
        try:
            reply = self.origin.call(service, version, action, params, region=region, require=require)
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

    def call(
        self,
        service: str,
        version: str,
        action: str,
        params: Mapping[str, Any],
        *,
        region: str | None = None,
        require: tuple[str, ...] = (),
    ) -> Answer:
        """Call until an answer or a lasting fault comes."""
        again = stamina.RetryingCaller(attempts=READ_ATTEMPTS, wait_initial=WAIT_S, timeout=None)
        return again(CloudTransient, super().call, service, version, action, params, region=region, require=require)
