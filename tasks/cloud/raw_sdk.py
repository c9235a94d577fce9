"""The vendor's client with nothing of ours around it: what a benchmark compares with."""

from collections.abc import Callable
from typing import Any

from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tasks.cloud.client import Cloud
from tasks.cloud.products import Product

RawCall = Callable[[str, dict[str, Any]], dict[str, Any]]
"""`call(action, params)`: one call after another on one connection."""


def raw_call(cloud: Cloud, product: Product) -> RawCall:
    """The SDK's own way to call one product of this account, without a proxy."""
    client = cloud._vendors(product)  # noqa: SLF001 - of the same package
    client.request.conn.proxy = None
    client.request.conn._session.trust_env = False  # noqa: SLF001 - requests would read the proxy from there
    call: RawCall = client.call_json
    return call


def answered(call: RawCall, action: str, params: dict[str, Any]) -> None:
    """Make a call; an error that the cloud answers is an answer, too."""
    try:
        call(action, params)
    except TencentCloudSDKException as exc:
        if exc.code == "ClientNetworkError":
            raise
