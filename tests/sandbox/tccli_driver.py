"""Run many tccli commands in one process, for each takes a second to start; JSON in, JSON out.

Reads `[[argument, ...], ...]` from standard input; writes `[[exit status, stdout, stderr], ...]`.
"""

import contextlib
import io
import json
import sys

from tccli.main import main


class Sink(io.BytesIO):
    """A buffer that outlives the wrappers which tccli puts around it and drops."""

    def close(self) -> None:
        """Stay open."""


def run(arguments: list[str]) -> list[object]:
    """Run tccli's own entry point with these arguments."""
    out, err = Sink(), Sink()
    sys.argv = ["tccli", *arguments]
    with (
        contextlib.redirect_stdout(io.TextIOWrapper(out, "utf-8", write_through=True)),
        contextlib.redirect_stderr(io.TextIOWrapper(err, "utf-8", write_through=True)),
    ):
        try:
            status = main()
        except SystemExit as ended:
            status = ended.code
        sys.stdout.flush()
    return [status, out.getvalue().decode(), err.getvalue().decode()]


if __name__ == "__main__":
    sys.__stdout__.write(json.dumps([run(arguments) for arguments in json.load(sys.stdin)]))
