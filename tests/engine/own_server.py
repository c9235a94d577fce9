"""A process that starts the embedded server of a home, says where, and stays: what a test kills or ends."""

import sys
import time
from pathlib import Path

from tasks.engine.server.keeper import server_for


def main(home: str) -> None:
    with server_for(Path(home)) as server:
        print(server.api_url, flush=True)  # noqa: T201 - the test reads it
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main(*sys.argv[1:])
