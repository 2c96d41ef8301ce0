"""`$status`, `$events` and `$get-ws-binding-token` (STU 1.1, §Operations)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hygie.api import messages as api_messages
from hygie.api.request import Request
from hygie.api.response import Response
from hygie.api.services import Services
from hygie.api.subscriptions import messages
from hygie.api.subscriptions.given import CONTENT, SINCE, UNTIL, content, given, number
from hygie.exchange.subscriptions import catching_up
from hygie.exchange.subscriptions.asking import WEBSOCKET
from hygie.exchange.subscriptions.binding import Binding, seal_binding
from hygie.exchange.subscriptions.catching_up import Asking, Stood, Wanted
from hygie.exchange.subscriptions.rights import Author, Rights
from hygie.fhir.codec import encode
from hygie.fhir.search import parse_query
from hygie.limits import BINDING_TOKEN_SECONDS, MAX_PAGE, MAX_SOCKET_SUBSCRIPTIONS
from hygie.refusal import Category, refuse
from hygie.store.contract import StoredResource
from hygie.store.interactions.bundles import instant

ID: Final = "id"
STATUS: Final = "status"
EVERY: Final = 2**63 - 1
"""As the number of the last event wanted: whichever it is."""
SOCKET_PATH: Final = "ws"


async def status(services: Services, request: Request) -> Response:
    """Of one subscription, or of several: a searchset of Parameters. Of several, those of whose
    events one may be told."""
    request.require("read")
    several = await _stood(services, request, await given(request, (ID, STATUS)))
    if request.segments[1].startswith("$"):
        stood = [one for one in several if not _withheld(services, request, one)]
    else:
        stood = [_told(services, request, one) for one in several]
    url = f"{request.base}/{'/'.join(request.segments)}"
    if request.query:
        url += f"?{request.query}"
    return Response(200, encode(catching_up.status_bundle(stood, request.base, url)))


async def events(services: Services, request: Request) -> Response:
    """What a subscriber may have missed, as a notification; with the rights of whoever asks."""
    request.require("read")
    asked = await given(request, (SINCE, UNTIL, CONTENT))
    stored = await services.store.read(request.context, request.type, request.resource_id)
    stood = (await catching_up.stood(services.subscriptions, [stored]))[0]
    _told(services, request, stood)
    wanted = Wanted(number(asked, SINCE) or 1, number(asked, UNTIL) or EVERY, content(asked))
    parts = services.subscriptions
    answer = await catching_up.events(parts, stood, _asking(request), request.base, wanted)
    return Response(200, answer)


async def binding_token(services: Services, request: Request) -> Response:
    """For a WebSocket to show whose it is: browsers can give it no header."""
    request.require("read")
    several = await _stood(services, request, await given(request, (ID,)))
    bound = [one for one in several if _is_open(one)]
    if not bound:
        raise refuse(Category.UNPROCESSABLE, "subscription.no-socket", messages.NO_SOCKET)
    if any(one.author is None or one.author.name != request.context.actor for one in bound):
        raise refuse(
            Category.FORBIDDEN, "subscription.not-yours", messages.NOT_YOURS, code="forbidden"
        )
    _require_types(services, request, bound)
    if len(bound) > MAX_SOCKET_SUBSCRIPTIONS:
        limit = str(MAX_SOCKET_SUBSCRIPTIONS)
        raise refuse(
            Category.UNPROCESSABLE, "subscription.too-many", messages.TOO_MANY,
            code="too-costly", limit=limit,
        )  # fmt: skip
    expires = datetime.now(UTC) + timedelta(seconds=BINDING_TOKEN_SECONDS)
    ids = tuple(one.asked.id for one in bound)
    binding = Binding(request.context.token, request.context.actor, ids, expires)
    token = seal_binding(services.store.keyring, binding)
    return Response(200, encode(_token(token, expires, ids, request.base)))


def _require_types(services: Services, request: Request, bound: Sequence[Stood]) -> None:
    """A token that grants less than the one a subscription was written with hears no more by it."""
    for one in bound:
        topic = services.subscriptions.catalogue.find(one.asked.criteria)
        for type_ in sorted(topic.types if topic else ()):
            request.require("read", "search", type_=type_)


def _told(services: Services, request: Request, one: Stood) -> Stood:
    """The same. How many events there were is of what happened to resources: raises `Refused`
    (FORBIDDEN) for who may not be told of all there is of their types."""
    for type_ in _withheld(services, request, one):
        raise refuse(
            Category.FORBIDDEN, "access.scope", api_messages.FORBIDDEN, code="forbidden",
            interaction="read", type=type_,
        )  # fmt: skip
    return one


def _withheld(services: Services, request: Request, one: Stood) -> list[str]:
    """The types of its events that whoever asks may not be told of."""
    topic = None if one.asked.plain else services.subscriptions.catalogue.find(one.asked.criteria)
    types = topic.types if topic else {one.asked.criteria.partition("?")[0]}
    rights = _asking(request).rights
    return [type_ for type_ in sorted(types) if not rights.allow(type_)]


def _token(token: str, expires: datetime, ids: Sequence[str], base: str) -> dict[str, Any]:
    scheme, _, rest = base.partition("://")
    address = f"{'wss' if scheme == 'https' else 'ws'}://{rest}/{SOCKET_PATH}"
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "token", "valueString": token},
            {"name": "expiration", "valueDateTime": instant(expires)},
            *({"name": "subscription", "valueString": id_} for id_ in ids),
            {"name": "websocket-url", "valueUrl": address},
        ],
    }


def _is_open(stood: Stood) -> bool:
    return stood.asked.channel == WEBSOCKET and stood.asked.status == "active"


def _asking(request: Request) -> Asking:
    """Whoever asks, with today's rights."""
    client = request.client
    if client is None:
        raise AssertionError("an operation on subscriptions is never open")
    author = Author(client.token, client.name, str(client.scopes))
    return Asking(author, Rights(client.scopes, (client.scopes,)))


async def _stood(services: Services, request: Request, asked: dict[str, list[str]]) -> list[Stood]:
    """The one of the address, or all that are meant. Raises `Refused` beyond `MAX_PAGE`."""
    if not request.segments[1].startswith("$"):
        stored = await services.store.read(request.context, request.type, request.resource_id)
        return await catching_up.stood(services.subscriptions, [stored])
    found = await _search(services, request, asked)
    return await catching_up.stood(services.subscriptions, found)


async def _search(
    services: Services, request: Request, asked: dict[str, list[str]]
) -> Sequence[StoredResource]:
    request.require("search")
    pairs = [("_count", str(MAX_PAGE))]
    pairs += [("_id", ",".join(ids)) for ids in [asked.get(ID)] if ids]
    pairs += [("status", ",".join(codes)) for codes in [asked.get(STATUS)] if codes]
    query = parse_query(services.registry, request.type, pairs, zone=services.store.zone).query
    page = await services.store.search(request.context, query)
    if page.next:
        raise refuse(
            Category.UNPROCESSABLE, "subscription.too-many", messages.TOO_MANY,
            code="too-costly", limit=str(MAX_PAGE),
        )  # fmt: skip
    return page.matches
