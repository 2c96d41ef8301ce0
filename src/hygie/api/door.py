"""A door beside FHIR: an ASGI application (HTTP) whose refusals and faults become answers."""

from abc import ABC, abstractmethod
from contextlib import suppress

from hygie.access.admission import Admission
from hygie.api import errors
from hygie.api.body import DisconnectedError
from hygie.api.request import Receive, Request, Scope
from hygie.api.response import Response, Send, deliver
from hygie.refusal import Refusal, Refused


class Door(ABC):
    """Counts what each address asks, before anything else is looked at."""

    def __init__(self, at_once: int, a_minute: int) -> None:
        self._admission = Admission(at_once, a_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, "", scope["path"])
        with suppress(DisconnectedError):
            await deliver(await self._answer(request), request, send)

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._admitted(request)
        except Refused as refused:
            return await self.refused(refused.refusal, request)
        except DisconnectedError:
            raise
        except Exception as error:
            return errors.fault(error, request)

    async def _admitted(self, request: Request) -> Response:
        request.require_host()
        self._admission.enter(request.address)
        try:
            return await self.served(request)
        finally:
            self._admission.leave(request.address)

    @abstractmethod
    async def served(self, request: Request) -> Response:
        """The answer. Raises `Refused`."""

    async def refused(self, refusal: Refusal, request: Request) -> Response:
        """What is answered in its place."""
        return errors.refused(refusal, request)
