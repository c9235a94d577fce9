"""How a person gets into the embedded Prefect UI."""

import sys

from tasks.cli.terminal import tell
from tasks.config.home import home
from tasks.engine.server.secret import secret_file, sign_in_url


def tell_sign_in(ui_url: str, *, zh: bool) -> None:
    """Say how to sign in to our own server: by a link on a terminal, else where the string lies; output may be kept."""
    link = sign_in_url(home(), ui_url)
    if link is None:
        return
    if sys.stdout.isatty():
        tell(f"  {'首次登录' if zh else 'sign in once'}: {link}", style="dim")
    else:
        tell(f"  {'登录口令在' if zh else 'it asks for what is in'} {secret_file(home())}")
