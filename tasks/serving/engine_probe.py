"""Whether Prefect's server answers: asked in the background, so that no monitor waits for one that hangs."""

import asyncio
from time import monotonic
from typing import NamedTuple

import httpx

LOOK_S = 3.0
PATIENCE_S = 2.0
"""How long an answer may take; a server that writes for others answers in well under a second."""
OK = "ok"


class EngineState(NamedTuple):
    """How Prefect's server is.

    Args:
        state: "ok", or why not.
        answered_s: how long ago it answered last, in seconds; None if it never did.
    """

    state: str
    answered_s: float | None


class EngineProbe:
    """Asks again and again whether the server is ready.

    Args:
        api_url: where its API is.
    """

    def __init__(self, api_url: str) -> None:
        self._url = f"{api_url}/ready"
        self._problem: str | None = "away: not asked yet"
        self._answered: float | None = None

    def state(self, *, takes_runs: bool) -> EngineState:
        """How it is, by its last answer, by how old that is, and by whether it took the last run that it was given."""
        age = None if self._answered is None else monotonic() - self._answered
        problem = self._problem or (None if takes_runs else "away: no run can be registered")
        if problem is None and (age is None or age > LOOK_S + 2 * PATIENCE_S):
            problem = "away: not asked for too long"
        return EngineState(problem or OK, None if age is None else round(age, 1))

    async def keep(self) -> None:
        """Ask for ever."""
        async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as http:
            while True:
                await self.ask(http)
                await asyncio.sleep(LOOK_S)

    async def ask(self, http: httpx.AsyncClient) -> None:
        """Ask once."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                answer = await http.get(self._url)
        except (httpx.HTTPError, TimeoutError) as error:
            self._problem = f"away: {type(error).__name__}"
            return
        if answer.is_success:
            self._problem, self._answered = None, monotonic()
        else:
            self._problem = f"away: it answers {answer.status_code}"
