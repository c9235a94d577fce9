"""Which requests of the vendor an act consisted of: its support asks for their ids."""

from tasks.cloud.api import Answer, Api, Call, Wrapper
from tasks.errors import CloudError


class TracingClient(Wrapper):
    """Keeps the request id of each call, in order."""

    def __init__(self, inner: Api) -> None:
        super().__init__(inner)
        self.request_ids: list[str] = []

    def call(self, call: Call) -> Answer:
        """Call once; the id of a refused call is kept too."""
        try:
            answer = self.inner.call(call)
        except CloudError as error:
            self._keep(error.request_id)
            raise
        self._keep(answer.request_id)
        return answer

    def _keep(self, request_id: str) -> None:
        if request_id:
            self.request_ids.append(request_id)
