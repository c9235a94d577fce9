"""What many gatherings of one account ask alike, asked once."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tasks.cloud.client import Answer, Api, Site
from tasks.cloud.mask import mask
from tasks.errors import CloudRefused

FRESH_S = 30.0
"""How long an answer is shared, counted from when it was asked for: so long a storm of hundreds takes to begin, and so
much later than asked may a fact come anyway, for CloudAudit itself is minutes late."""

REFUSED_S = 5.0  # how long a refusal is: somebody may be granting the permission just now

Key = tuple[str, str, str, str, str, tuple[str, ...]]


class Shared:
    """The cloud for what does not depend on the incident: who asks alike within half a minute shares one answer.

    Answers come masked. Of failures only refusals are shared; after any other each caller asks for himself.
    """

    def __init__(self, cloud: Api, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._cloud = cloud
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: dict[Key, _Asked] = {}

    @property
    def site(self) -> Site:
        """Which of the vendor's two clouds."""
        return self._cloud.site

    @property
    def key_id(self) -> str:
        """SecretId that calls are signed with."""
        return self._cloud.key_id

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
        """The answer to exactly this question, from whoever asked first."""
        spelt = json.dumps(params, sort_keys=True)
        key = (service, version, action, region or "", spelt, require)
        while True:
            asked, first = self._of(key)
            if first:
                return self._ask(asked, service, version, action, params, region=region, require=require)
            asked.over.wait()
            if asked.refusal:
                raise type(asked.refusal)(*asked.refusal.args) from asked.refusal
            if asked.answer:
                return asked.answer
            # It failed for the moment, for somebody else.

    def forget_old(self) -> None:
        """Let go of what is too old to be shared."""
        with self._lock:
            self._sweep()

    def _ask(
        self, asked: "_Asked", service: str, version: str, action: str, params: Mapping[str, Any], **rest: Any
    ) -> Answer:
        """Ask for oneself and all who wait."""
        try:
            asked.answer = masked(self._cloud.call(service, version, action, params, **rest), service)
        except CloudRefused as exc:
            asked.refusal = exc
            raise
        else:
            return asked.answer
        finally:
            asked.over.set()

    def _of(self, key: Key) -> "tuple[_Asked, bool]":
        """The question as it was asked, and whether it is asked by this very call."""
        with self._lock:
            known = self._asked.get(key)
            if known and known.is_good(self._clock()):
                return known, False
            self._sweep()
            asked = self._asked[key] = _Asked(self._clock())
            return asked, True

    def _sweep(self) -> None:
        now = self._clock()
        self._asked = {key: asked for key, asked in self._asked.items() if asked.is_good(now)}


class _Asked:
    """One question, from when it was asked."""

    def __init__(self, at: float) -> None:
        self._at = at
        self.over = threading.Event()
        self.answer: Answer | None = None
        self.refusal: CloudRefused | None = None

    def is_good(self, now: float) -> bool:
        """Whether it is still worth waiting for, or to be told."""
        if not self.over.is_set():
            return True
        return now - self._at < (REFUSED_S if self.refusal else FRESH_S if self.answer else 0.0)


def masked(answer: Answer, service: str) -> Answer:
    """The answer without its secrets; what the audit log holds as JSON in strings comes unfolded."""
    if answer.masked:
        return answer
    return answer._replace(body=mask(answer.body, unfold=service == "cloudaudit"), masked=True)
