"""Calls that many gatherings of one account make alike, made once: a single-flight cache."""

import json
import threading
import time
from collections.abc import Callable

from tasks.cloud.api import Answer, Api, Call, Wrapper
from tasks.cloud.mask import mask_answer
from tasks.cloud.products import Product
from tasks.errors import CloudRefused

FRESH_S = 30.0
"""How long an answer is shared, counted from when it was asked for: so long a storm of hundreds takes to begin, and so
much later than asked may a fact come anyway, for CloudAudit itself is minutes late."""

REFUSED_S = 5.0  # how long a refusal is: somebody may be granting the permission just now

Key = tuple[Product, str, str, str, tuple[str, ...]]


class SingleFlight(Wrapper):
    """The cloud for what does not depend on the incident: who asks alike within half a minute shares one answer.

    Answers come masked. Of failures only refusals are shared; after any other each caller asks again.
    """

    def __init__(self, cloud: Api, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(cloud)
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: dict[Key, _Asked] = {}

    def call(self, call: Call) -> Answer:
        """The answer to exactly this question, from whoever asked first."""
        while True:
            asked, first = self._of(_key(call))
            if first:
                return self._ask(asked, call)
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

    def _ask(self, asked: "_Asked", call: Call) -> Answer:
        """Call for this caller and for all who wait."""
        try:
            asked.answer = mask_answer(self.inner.call(call))
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


def _key(call: Call) -> Key:
    return call.product, call.action, call.region or "", json.dumps(call.params, sort_keys=True), call.require
