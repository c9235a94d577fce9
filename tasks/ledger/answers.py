"""Answers: the first to a question is final, and who came later is written down too."""

from datetime import datetime

from sqlalchemy import insert

from tasks.ledger.base import Connected
from tasks.ledger.canonical import Json, canonical, plain
from tasks.ledger.rows import AnswerRow
from tasks.ledger.tables import answers


class Answers(Connected):
    """What people, files and the clock answered."""

    def add_answer(
        self, incident_id: str, *, question: str, key: str, value: Json, by: str, source: str, at: datetime
    ) -> tuple[AnswerRow, bool]:
        """Keep an answer if it is the first to its question; the flag tells whether it was.

        Args:
            incident_id: whose it is.
            question: the words that were asked.
            key: what makes the question one and the same: only its first answer counts.
            value: the answer.
            by: who gave it.
            source: by which road: the form, the terminal, a file, the sweeper.
            at: when.
        """
        given = {"key": key, "question": question, "value": plain(value), "by": by, "source": source}
        with self._writing(incident_id) as writer:
            first = writer.found(answers, answers.c.incident_id == incident_id, answers.c.key == key)
            if first is None:
                row = given | {"incident_id": incident_id, "seq": writer.next_seq, "at": at}
                writer.connection.execute(insert(answers), row)
                writer.enter("answer_given", who=by, detail=given, at=at)
                return AnswerRow.model_validate(row), True
            if canonical([value, by]) != canonical([first["value"], first["by"]]):
                writer.enter("answer_ignored", who=by, detail=given, at=at)
            return AnswerRow.model_validate(dict(first)), False

    def answer(self, incident_id: str, key: str) -> AnswerRow | None:
        """The answer to a question; None where it has none yet."""
        return next((row for row in self.answers(incident_id) if row.key == key), None)

    def answers(self, incident_id: str) -> tuple[AnswerRow, ...]:
        """List an incident's answers in the order in which they came."""
        return tuple(AnswerRow.model_validate(row) for row in self._rows(answers, incident_id))
