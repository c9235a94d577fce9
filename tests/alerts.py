"""Alerts as every test reads them: by the runbooks that there are."""

from typing import cast

from tasks.intake.alerts import stated
from tasks.runbooks.registry import recognisers
from tasks.runbooks.unusual_login.alert import LoginAlert


def parse_alert(raw: str | bytes) -> LoginAlert:
    """The alert that is meant by this, an unusual login's."""
    return cast("LoginAlert", stated(raw, recognisers()).alert)
