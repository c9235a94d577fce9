"""The published shapes, as JSON Schema."""

import json
from enum import StrEnum

from pydantic import BaseModel

from tasks.model.alert import Alert
from tasks.model.answers_file import AnswersFile
from tasks.model.record import Record


class Shape(StrEnum):
    """What has a published shape."""

    ALERT = "alert"
    ANSWERS = "answers"
    RECORD = "record"


MODELS: dict[Shape, type[BaseModel]] = {Shape.ALERT: Alert, Shape.ANSWERS: AnswersFile, Shape.RECORD: Record}


def schema_of(shape: Shape) -> str:
    """The JSON Schema of a shape, as text."""
    return json.dumps(MODELS[shape].model_json_schema(), ensure_ascii=False, indent=2)
