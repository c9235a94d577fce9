"""Where an address is, as a value."""

import pytest

from tasks.model.whereabouts import Certainty, Whereabouts


@pytest.mark.parametrize(
    ("certainty", "doubtful"),
    [
        (Certainty.AGREED, False),
        (Certainty.SINGLE, False),
        (Certainty.HUB, False),
        (Certainty.DISPUTED, True),
        (Certainty.STALE, True),
        (Certainty.UNKNOWN, True),
    ],
)
def test_a_place_that_is_disputed_too_old_or_unknown_proves_nothing(certainty: Certainty, doubtful: bool) -> None:  # noqa: FBT001 - a case's column
    assert Whereabouts(ip="203.0.113.7", certainty=certainty).doubtful is doubtful
