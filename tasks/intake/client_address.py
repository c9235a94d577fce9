"""The address that a request really came from, where it may have passed through reverse proxies."""

from collections.abc import Iterable, Sequence

from starlette.requests import Request

from tasks.model.address import Address, Network, parse_address
from tasks.model.intake_file import IntakeFile

Headers = Iterable[tuple[bytes, bytes]]

_MAX_HOPS = 32  # entries of X-Forwarded-For that are looked at; nobody stands behind more proxies


def from_proxy(scope_client: tuple[str, int] | None, headers: Headers, trusted: Sequence[Network]) -> str:
    """Return the client's address, believing `X-Forwarded-For` only hop by hop from trusted proxies; "" if unknown.

    Args:
        scope_client: the other end of the connection, as ASGI names it.
        headers: the request's headers as ASGI gives them, so that repeated ones are all seen.
        trusted: networks of proxies whose word is believed.
    """
    nearest = parse_address(scope_client[0]) if scope_client else None
    if nearest is None:
        return ""
    for entry in _told(headers):
        if not _within(nearest, trusted):
            break
        before = parse_address(entry)
        if before is None:
            break
        nearest = before
    return str(nearest)


def client_of(config: IntakeFile, request: Request) -> str:
    """Return where a request came from, by the proxies that the intake file declares."""
    client = (request.client.host, request.client.port) if request.client else None
    return from_proxy(client, request.headers.raw, config.trusted_proxies)


def device_of(config: IntakeFile, request: Request) -> str:
    """Return where the device of a request is; "" where a trusted proxy does not say who came, for it is no device.

    Whether an internal address may be a device's, the caller knows.
    """
    found = client_of(config, request)
    address = parse_address(found)
    return "" if address is not None and _within(address, config.trusted_proxies) else found


def _told(headers: Headers) -> list[str]:
    """What proxies wrote, the last proxy's word first: each appends whom it saw."""
    values = [value.decode("latin-1") for name, value in headers if name.lower() == b"x-forwarded-for"]
    entries = [entry for value in values for entry in value.rsplit(",", _MAX_HOPS)]
    return entries[::-1][:_MAX_HOPS]


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
