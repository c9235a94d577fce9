"""A client that keeps the request ids of what is called through it."""

from collections.abc import Mapping
from typing import Any

from tasks.cloud.client import Answer, Api, Site
from tasks.errors import CloudError


class Traced:
    """Calls the cloud through another client and keeps each request id, in order."""

    def __init__(self, cloud: Api) -> None:
        self.origin = cloud
        self.request_ids: list[str] = []

    @property
    def site(self) -> Site:
        """Which of the vendor's two clouds."""
        return self.origin.site

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
