"""Who asks: the machine client whose token is borne (RFC 6750 §2.1)."""

from typing import Final

from hygie.access import Access, Client
from hygie.api import messages
from hygie.api.request import Request
from hygie.refusal import Category, refuse

BEARER: Final = "bearer "


async def authenticate(access: Access, request: Request) -> Client:
    """Notes the client in the request. Raises `Refused` (UNAUTHENTICATED) without a live token."""
    given = request.header(b"authorization")
    if given[: len(BEARER)].lower() != BEARER:
        raise refuse(Category.UNAUTHENTICATED, "access.anonymous", messages.ANONYMOUS, code="login")
    client = await access.client(given[len(BEARER) :].strip())
    if client is None:
        raise refuse(Category.UNAUTHENTICATED, "access.token", messages.BAD_TOKEN, code="login")
    request.client = client
    return client
