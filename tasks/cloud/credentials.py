"""Where the credential comes from: the environment, then the SDK's own chain."""

import threading
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr
from tencentcloud.common.credential import Credential, DefaultCredentialProvider
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tasks.errors import SettingsError

CHAIN_S = 5.0  # the chain asks the metadata server of a CVM without a limit of its own
MEND = (
    "set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (and TENCENTCLOUD_TOKEN for temporary keys), "
    "or write them into ~/.tencentcloud/credentials"
)


def credential_of(environ: Mapping[str, str]) -> Any:
    """The SDK's credential object from these variables, else from the SDK's chain.

    Raises:
        SettingsError: half a key is set, or none is found anywhere.
    """
    return _from_environment(environ) or _from_chain()


def secrets_of(environ: Mapping[str, str]) -> tuple[SecretStr, ...]:
    """What must never be shown, as far as the environment holds it."""
    names = ("TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN")
    return tuple(SecretStr(environ[name]) for name in names if environ.get(name))


def _from_environment(env: Mapping[str, str]) -> Any:
    """The SDK reads no token from the environment, so we do."""
    secret_id, secret_key = env.get("TENCENTCLOUD_SECRET_ID"), env.get("TENCENTCLOUD_SECRET_KEY")
    if bool(secret_id) != bool(secret_key):
        lacking = "TENCENTCLOUD_SECRET_KEY" if secret_id else "TENCENTCLOUD_SECRET_ID"
        raise SettingsError(lacking, "it is missing while the other half of the key is set")
    if not secret_id:
        return None
    try:
        return Credential(secret_id, secret_key, env.get("TENCENTCLOUD_TOKEN") or None)
    except TencentCloudSDKException as exc:
        raise SettingsError("TENCENTCLOUD_SECRET_ID", "it or its key has spaces around it") from exc


def _from_chain() -> Any:
    """Ask the SDK's chain aside, for it may hang."""
    found: list[Any] = []
    asking = threading.Thread(target=_ask, args=(found,), daemon=True, name="credential-chain")
    asking.start()
    asking.join(CHAIN_S)
    if not found or found[0] is None:
        raise SettingsError("TENCENTCLOUD_SECRET_ID", f"no credential found: {MEND}")
    return found[0]


def _ask(found: list[Any]) -> None:
    try:
        found.append(DefaultCredentialProvider().get_credentials())
    except Exception:  # noqa: BLE001 - the chain raises whatever its members meet; none of it means more than "none"
        found.append(None)
