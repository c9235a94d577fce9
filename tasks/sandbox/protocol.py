"""uvicorn's HTTP, with the connection itself within the app's reach, so that it can be cut."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT = "transport"  # its name in the ASGI scope's `state`


class CuttableProtocol(H11Protocol):
    """HTTP/1.1 whose connection the app may abort, as a broken network would."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Hand the connection to the app."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}
