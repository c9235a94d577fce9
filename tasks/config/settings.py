"""Settings, from the environment and the `.env` file of the home; read on first use."""

import os
from functools import cache
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import AnyHttpUrl, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from tasks.errors import SettingsError
from tasks.model.base import Lang


def default_home() -> Path:
    """`RUNBOOKS_HOME`, which only the environment names, or the user's own folder for data."""
    return Path(os.environ.get("RUNBOOKS_HOME") or user_data_path("tencent-runbooks")).expanduser()


class Settings(BaseSettings):
    """What an operator may set: each as `RUNBOOKS_<NAME>`.

    Args:
        cloud_endpoint: one base URL for every product of the cloud (a sandbox, or anybody's stand-in).
        site: `cn` for cloud.tencent.com, `intl` for tencentcloud.com.
        home: folder of the ledger, the reports and the embedded Prefect server.
        policy: path of the policy file; without it the defaults hold (observe, nobody declared).
        ledger_url: SQLAlchemy URL of the ledger; by default an SQLite file in `home`.
        lang: language of forms and reports where no flag says otherwise.
        intake: path of the intake file; without it one sender is known, by a token that is made in `home`.
        intake_host: address on which alerts are taken in; loopback, unless a reverse proxy or a firewall stands before.
        intake_port: its port.
        at_once: incidents that one process works on at the same time; the others wait, the worst first.
        calls_per_second: calls of one action that the cloud allows this account; 20, unless Tencent raised it.
        ip_libraries: files of IP libraries (.xdb, .mmdb) with commas between, which go before those that are installed;
            `none` for no library at all.
        signing_keys: folder of the keys that sign ended timelines; default: `custody` in `home`, better apart from it.
        anchor: where else what was signed is said, with commas between: files, `syslog`, `syslog://host:port`.
        watch_every: seconds between two looks at the audit log's logins by `runbooks serve`; 0 looks never.
    """

    model_config = SettingsConfigDict(env_prefix="RUNBOOKS_", extra="ignore", env_ignore_empty=True)

    cloud_endpoint: AnyHttpUrl | None = None
    site: Literal["cn", "intl"] = "cn"
    home: Path = Field(default_factory=default_home)
    policy: Path | None = None
    ledger_url: str | None = None
    lang: Lang = "zh"
    intake: Path | None = None
    intake_host: str = "127.0.0.1"
    intake_port: int = Field(default=8642, ge=0, le=65535)
    at_once: int = Field(default=16, ge=1, le=200)
    calls_per_second: int = Field(default=20, ge=10)
    ip_libraries: str = ""
    signing_keys: Path | None = None
    anchor: str = ""
    watch_every: int = Field(default=60, ge=0)

    @property
    def endpoint(self) -> str | None:
        """The cloud's base URL without a slash at its end, None for the vendor's own."""
        return str(self.cloud_endpoint).rstrip("/") if self.cloud_endpoint else None

    @property
    def ledger(self) -> str:
        """SQLAlchemy URL of the ledger."""
        return self.ledger_url or f"sqlite:///{self.home.expanduser().absolute() / 'ledger.db'}"

    @property
    def reports(self) -> Path:
        """Folder of the written reports."""
        return self.home.expanduser().absolute() / "reports"


def read_settings() -> Settings:
    """Read the settings now; a `.env` counts in the home alone, for the current folder may be anybody's.

    Raises:
        SettingsError: a value is wrong; names the variable and the mend.
    """
    try:
        home = default_home()
        return Settings(_env_file=home / ".env", home=home)
    except ValidationError as exc:
        first = exc.errors()[0]
        name = "RUNBOOKS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(name, f"{first['msg']}; got {first['input']!r}") from exc


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return read_settings()
