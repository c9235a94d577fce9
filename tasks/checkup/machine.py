"""Files, disk, policy and intake of this machine, as they stand; nothing is made or changed."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tasks.config.home import home
from tasks.config.intake_file import load_intake
from tasks.config.policy_file import load_policy
from tasks.config.settings import settings
from tasks.custody.seal import keys_folder
from tasks.decide.checkup.exposure import judge_intake
from tasks.decide.checkup.machine import PathState, judge_disk, judge_keys_apart, judge_path
from tasks.decide.checkup.people import judge_people
from tasks.decide.checkup.wording import danger, ok
from tasks.engine.server.note import FOLDER
from tasks.engine.server.secret import FILE_NAME
from tasks.errors import InputError
from tasks.intake.secret_store import TOKEN_FILE, secrets_of
from tasks.ledger.database import parse_url
from tasks.model.finding import Finding
from tasks.model.intake_file import IntakeFile
from tasks.model.policy import Mode

SDK_PROFILE = Path("~/.tencentcloud/credentials")
"""Where the vendor's SDK looks for a key of its own accord."""


def people(mode: Mode | None) -> Iterator[Finding]:
    """Whether the policy file is right, and somebody may decide.

    Args:
        mode: None for the policy file's.
    """
    try:
        policy = load_policy(settings().policy)
    except InputError as exc:
        yield danger((f"策略文件有错：{exc}", f"the policy file is wrong: {exc}"), ("改正它。", "mend it."))
        return
    yield from judge_people(policy, mode or policy.mode)


def intake() -> Iterator[Finding]:
    """Whether the intake file is right, its secrets are strong, and who can reach it."""
    try:
        config = load_intake(settings().intake)
        yield _secrets(config)
    except InputError as exc:
        yield danger((f"入口配置有错：{exc}", f"the intake is set up wrongly: {exc}"), ("改正它。", "mend it."))
        return
    yield from judge_intake(settings().intake_host, config)


def modes() -> Iterator[Finding]:
    """Whether other users of this machine can read what is secret, or write what we obey."""
    wrong = [found for state in _paths() if (found := judge_path(state))]
    yield from wrong or [ok("文件权限都合适。", "nobody else can read secrets, or write what we obey.")]
    keys = keys_folder().expanduser().absolute()
    ledger = _ledger_file()
    beside = keys.is_relative_to(home()) and ledger is not None and ledger.is_relative_to(home())
    yield judge_keys_apart(str(keys), beside_ledger=beside and not settings().anchor)


def disk() -> Iterator[Finding]:
    """Whether what has to be written has room."""
    ledger = _ledger_file()
    for folder in dict.fromkeys((home(), *([ledger.parent] if ledger else ()))):
        there = next(each for each in (folder, *folder.parents) if each.exists())
        writable = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
        yield judge_disk(str(folder), shutil.disk_usage(there).free, writable=writable)


def _secrets(config: IntakeFile) -> Finding:
    """Read every secret; the default sender's token is made by `serve`, so that none is no fault."""
    if not config.sources and not (home() / TOKEN_FILE).exists():
        return ok(
            "默认来源的令牌由 serve 首次启动时生成。", "the default sender's token is made when serve first starts."
        )
    names = ", ".join(secrets_of(config, os.environ, home()))
    return ok(f"每个来源的密钥都够强：{names}。", f"each sender has a strong secret: {names}.")


def _paths() -> Iterator[PathState]:
    """All that is there of what others must not read, or not write."""
    config = _intake_or_none()
    files = [source.secret_file for source in (config.sources if config else ()) if source.secret_file]
    ledger = _ledger_file()
    server = home() / FOLDER
    keys = keys_folder().expanduser()
    secret = (
        *(home(), home() / ".env", home() / TOKEN_FILE, server, server / FILE_NAME, keys, settings().reports),
        *keys.glob("*.pem"),
        *((home() / each.expanduser()) for each in files),
        *([ledger] if ledger else ()),
        SDK_PROFILE.expanduser(),
    )
    obeyed = [each.expanduser() for each in (settings().policy, settings().intake) if each]
    for path, is_secret in (*((each, True) for each in secret), *((each, False) for each in obeyed)):
        if path.exists():
            found = path.stat()
            mine = found.st_uid in (os.getuid(), 0)
            yield PathState(str(path), found.st_mode & 0o777, mine=mine, secret=is_secret)


def _intake_or_none() -> IntakeFile | None:
    try:
        return load_intake(settings().intake)
    except InputError:
        return None  # the check of the intake says so


def _ledger_file() -> Path | None:
    url = parse_url(settings().ledger)
    return Path(str(url.database)).absolute() if url.get_backend_name() == "sqlite" else None
