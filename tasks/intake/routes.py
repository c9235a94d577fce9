"""The HTTP routes by which alerts come in."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tasks.intake.alerts import Recognisers
from tasks.intake.answering import Answering, Counted
from tasks.intake.client_address import client_of
from tasks.intake.endpoint import Door, Keep, Take
from tasks.intake.secret_store import sources_of
from tasks.intake.wrong_tries import Brake
from tasks.model.intake_file import IntakeFile, IntakeSource

UNKNOWN = "source: is not known here; name one of the intake file"


def alert_routes(
    config: IntakeFile,
    secrets: Mapping[str, SecretStr],
    recognisers: Recognisers,
    *,
    take: Take,
    keep: Keep,
    counted: Counted,
) -> list[Route]:
    """Routes for `POST /alerts/{source}`.

    Args:
        config: the intake file.
        secrets: the senders' secrets, as `secrets_of` reads them.
        recognisers: what each runbook recognises as its alert.
        take: puts a message safely into the ledger; a success is answered only after it returned.
        keep: does so with a message that is not understood, for a person to look at.
        counted: counts messages by what became of them.
    """
    brake = Brake()

    def door_of(one: IntakeSource) -> Door:
        answering = Answering(one, counted)
        return Door(one, secrets[one.name], recognisers, take, keep, answering, brake, partial(client_of, config))

    doors = {one.name: door_of(one) for one in sources_of(config)}

    async def alerts(request: Request) -> JSONResponse:
        door = doors.get(request.path_params["source"])
        if door is None:
            return JSONResponse({"error": UNKNOWN}, HTTPStatus.NOT_FOUND)
        return await door.answer(request)

    return [Route("/alerts/{source}", alerts, methods=["POST"])]
