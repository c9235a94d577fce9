"""Whether a secret can be guessed: what people think of, type in a row or repeat can be, however long it is."""

from math import log10

from zxcvbn import zxcvbn

GUESSES_MIN = 14.0
"""Power of ten. Whoever saw one signature tries secrets at home, a milliard a second: these last a day, and a secret of
16 random hex digits three months."""
READ = 72
"""Characters that are looked at, all that the library takes; what is good so far is good."""
OURS = ("tencent", "tencentcloud", "cloud", "runbooks", "webhook", "secret", "token", "alert", "intake", "example")
"""Words that whoever knows what the secret is for tries first."""


def is_guessable(secret: str, *words: str) -> bool:
    """Whether a secret can be guessed by whoever knows these words too, such as its source's name."""
    found = zxcvbn(secret[:READ], user_inputs=[*OURS, *words])
    return log10(float(found["guesses"])) < GUESSES_MIN
