"""Commands of the README that are run as they stand there."""

import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
POST = next(block for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if "/alerts/default" in block)


class Intake(BaseHTTPRequestHandler):
    """Remembers what came."""

    came: list[tuple[str, str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append((self.path, self.headers["Authorization"], body))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_alert_of_the_readme_is_sent_with_a_token_that_ps_does_not_show(tmp_path: Path) -> None:
    (tmp_path / "intake.token").write_text("example-token\n", encoding="utf-8")
    (tmp_path / "alert.json").write_bytes(b"{}")
    Intake.came = []
    with HTTPServer(("127.0.0.1", 0), Intake) as server:
        serving = threading.Thread(target=server.handle_request)
        serving.start()
        command = POST.replace("127.0.0.1:8642", f"127.0.0.1:{server.server_port}")
        subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=tmp_path,
            env={"RUNBOOKS_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "no_proxy": "*"},
            check=True,
        )
        serving.join()

    assert Intake.came == [("/alerts/default", "Bearer example-token", b"{}")]
    assert "$(" not in POST.partition("curl")[2]
