"""Our own shape: an alert in JSON (`runbooks schema alert`), or the text of the reminder as it came."""

import json
from datetime import datetime

from tasks.intake.alerts import parse_alert
from tasks.intake.body import opened
from tasks.model.alert import Alert


def read(body: bytes, content_type: str, *, at: datetime) -> tuple[Alert, ...]:  # noqa: ARG001 - all adapters are called alike
    """Read one alert; whoever uses this road means an alert, so what is none is an error.

    Raises:
        InputError: it is no alert; names the field and the mend.
    """
    found = opened(body, content_type if "charset" in content_type.lower() else "")
    return (parse_alert(found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)),)
