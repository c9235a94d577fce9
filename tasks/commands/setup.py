"""Commands for whoever sets the runner up."""

import sys
from typing import Annotated

import typer

from tasks.commands.options import LangOption, ModeOption

# Commands import what they need when they run: Prefect takes two seconds, and --help should not.
# ruff: noqa: PLC0415

app = typer.Typer()


@app.command()
def policy(*, mode: ModeOption = None) -> None:
    """打印所需的最小 CAM 策略。 Print the least CAM policy that the runner's identity needs."""
    from tasks.cloud.permissions import policy_text
    from tasks.config.policy_file import load_policy
    from tasks.config.settings import settings

    wanted = mode or load_policy(settings().policy).mode
    sys.stdout.write(policy_text(wanted, settings().site) + "\n")


@app.command()
def check(
    *,
    mode: ModeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="for scripts")] = False,
    lang: LangOption = None,
) -> None:
    """检查账号与本机：权限、密钥、暴露面、时钟、磁盘等。 Look at account and machine; changes nothing."""
    from tasks.cli.check import check_all

    raise typer.Exit(check_all(mode, as_json=as_json, lang=lang))
