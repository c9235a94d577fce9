"""The case: everything about a run that must not change while it waits."""

from typing import Any, Literal

from pydantic import ValidationInfo, model_validator

from tasks.model.alert import AnyAlert, with_runbook
from tasks.model.base import Lang, Moment, Sentence, Value
from tasks.model.policy import Mode, Policy


class Case(Value):
    """One incident as its run knows it.

    Args:
        runbook: name of the runbook that answers it.
        run_url: address of the run in the Prefect UI.
        endpoint: the cloud that it was opened against; empty for the vendor's own. It may never be
            continued against another one.
        opened_at: when the incident was opened.
        begun_at: the run's `now`, for every decision.
        again: whether somebody asked to answer anew what has an incident already.
        duplicate_of: the incident that answers it; empty where this run does.
        checkin_url: what check-in links begin with; empty where there are none.
        answers_lapse: whether old facts and answers lapse; in a run of an earlier version none does, for it may have
            gone on from them.
        head_start: whether the incident was contained before its run began.
    """

    incident_id: str
    run_id: str
    run_url: str
    runbook: str
    alert: AnyAlert
    policy: Policy
    mode: Mode
    lang: Lang
    site: Literal["cn", "intl"]
    endpoint: str
    opened_at: Moment
    begun_at: Moment
    again: bool = False
    duplicate_of: str = ""
    checkin_url: str = ""
    answers_lapse: bool = False
    head_start: bool = False

    @model_validator(mode="before")
    @classmethod
    def _of_the_only_one(cls, data: Any, info: ValidationInfo) -> Any:
        """A case that was kept while there was one runbook does not say whose it is; who reads it back knows."""
        return with_runbook(data, info)

    def pick(self, sentence: Sentence) -> str:
        """The sentence in the case's language."""
        return self.pick_words(sentence.zh, sentence.en)

    def pick_words(self, zh: str, en: str) -> str:
        """Words in the case's language."""
        return zh if self.lang == "zh" else en
