"""How much one address may ask of the pages, whoever it is: counted before anything else."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from hygie.access.admission import Admission
from hygie.limits.access import MAX_ADDRESS_REQUESTS_AT_ONCE, MAX_ADDRESS_REQUESTS_PER_MINUTE
from hygie.refusal import Refused


class Paced:
    """Answers 429 to an address that asks too much."""

    def __init__(self, app: ASGIApp, admission: Admission | None = None) -> None:
        self.app = app
        self._admission = admission or Admission(
            MAX_ADDRESS_REQUESTS_AT_ONCE, MAX_ADDRESS_REQUESTS_PER_MINUTE
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        caller = Request(scope).client
        address = caller.host if caller else ""
        try:
            self._admission.enter(address)
        except Refused as refused:
            await _wait(refused)(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            self._admission.leave(address)


def _wait(refused: Refused) -> PlainTextResponse:
    issue = refused.refusal.issues[0]
    headers = {"retry-after": issue.details["seconds"]}
    return PlainTextResponse(issue.text("fr"), refused.refusal.category.value, headers)
