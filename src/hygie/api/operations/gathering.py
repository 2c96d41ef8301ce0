"""Labels of all that is stored of some types: every body is read, for labels are sealed too.

Cost: about 7 µs a resource of one processor, as a view.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from hygie.api.operations import messages
from hygie.api.operations.labels import Gathered, Meta
from hygie.api.presence import unless_gone
from hygie.api.request import Request
from hygie.api.services import Services
from hygie.limits import MAX_VIEWS_AT_ONCE
from hygie.limits.operations import MAX_META_LABELS, MAX_META_RESOURCES
from hygie.refusal import Category, refuse
from hygie.store.reading.whole import Selection

RETRY_SECONDS: Final = 5


class _Labelled(msgspec.Struct):
    """What is read of a body: the rest of it is passed over without being made."""

    meta: dict[str, Any] = {}


_READ: Final = msgspec.json.Decoder(_Labelled)


async def gathered(services: Services, request: Request, kinds: Iterable[str]) -> Meta:
    """Each label once. On record by type; whoever asks and goes is not read for any longer.
    Raises `Refused`: TOO_MANY while as many go on as may, TOO_LARGE beyond a limit."""
    if services.views.locked():
        raise refuse(
            Category.TOO_MANY, "meta.busy", messages.BUSY, code="throttled",
            limit=str(MAX_VIEWS_AT_ONCE), seconds=str(RETRY_SECONDS),
        )  # fmt: skip
    async with services.views:
        return await unless_gone(request, _read(services, request, kinds))


async def _read(services: Services, request: Request, kinds: Iterable[str]) -> Meta:
    found, left = Gathered(MAX_META_LABELS), MAX_META_RESOURCES
    for kind in kinds:
        async with services.store.whole(request.context, Selection(kind), "$meta") as whole:
            left -= await whole.count()
            if left < 0:
                raise refuse(
                    Category.TOO_LARGE, "meta.resources", messages.MANY_RESOURCES,
                    code="too-costly", limit=str(MAX_META_RESOURCES),
                )  # fmt: skip
            async for piece in whole.slices():
                for body in piece.bodies:
                    found.add(_READ.decode(body).meta)
    return found.meta()
