"""/declaration: a source or a route declared or changed, each refusal beside its field."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from starlette.responses import RedirectResponse, Response

from hygie.hl7v2.charsets import CHARACTER_SETS
from hygie.refusal import Refused
from hygie.web.desk import Desk, Visit
from hygie.web.present import declared as of_source
from hygie.web.present import declared_route as of_route
from hygie.web.present.form_fields import Section, Wrong
from hygie.web.present.numbers import read_number
from hygie.web.rendering import render

MAX_TYPED: Final = 2_000
Thing = Literal["source", "route"]
SECTIONS: Final[dict[Thing, Sequence[Section]]] = {
    "source": of_source.SECTIONS, "route": of_route.SECTIONS,
}  # fmt: skip


async def show_new_source(desk: Desk, visit: Visit) -> Response:
    return _page(desk, visit, "source", {}, revision=0)


async def show_source(desk: Desk, visit: Visit) -> Response:
    declared = await desk.sources.require(visit.request.path_params["source"])
    form = of_source.as_form(declared.value)
    return _page(desk, visit, "source", form, revision=declared.version)


async def declare_source(desk: Desk, visit: Visit) -> Response:
    typed, revision = _typed(visit)
    source, wrong = of_source.as_source(typed)
    if source is None:
        return _page(desk, visit, "source", typed, revision=revision, wrong=wrong)
    try:
        await desk.sources.declare(source, visit.context, revision)
    except Refused as refused:
        wrong = of_source.fields_of(refused.refusal.issues, typed.get("voie", ""))
        return _page(desk, visit, "source", typed, revision=revision, wrong=wrong)
    return RedirectResponse(f"/sources/{source.name}", 303)


async def show_new_route(desk: Desk, visit: Visit) -> Response:
    return _page(desk, visit, "route", {}, revision=0)


async def show_route(desk: Desk, visit: Visit) -> Response:
    declared = await desk.routes.require(visit.request.path_params["route"])
    form = of_route.as_form(declared.value)
    return _page(desk, visit, "route", form, revision=declared.version)


async def declare_route(desk: Desk, visit: Visit) -> Response:
    typed, revision = _typed(visit)
    route, wrong = of_route.as_route(typed)
    if route is None:
        return _page(desk, visit, "route", typed, revision=revision, wrong=wrong)
    try:
        await desk.routes.declare(route, visit.context, revision)
    except Refused as refused:
        wrong = {"": list(refused.refusal.issues)}
        return _page(desk, visit, "route", typed, revision=revision, wrong=wrong)
    return RedirectResponse(f"/routes/{route.name}", 303)


def _typed(visit: Visit) -> tuple[dict[str, str], int]:
    """What was typed, and the version that it was made from; 0: a new one."""
    typed = {key: value.strip()[:MAX_TYPED] for key, value in visit.form.items()}
    return typed, read_number(typed.get("version", ""))


def _page(
    desk: Desk, visit: Visit, thing: Thing, typed: Mapping[str, str], *, revision: int,
    wrong: Wrong | None = None,
) -> Response:  # fmt: skip
    wrong = wrong or {}
    return render(
        desk, visit, "declaration.html", status=422 if wrong else 200, thing=thing, typed=typed,
        revision=revision, wrong=wrong, others=wrong.get("", []), sections=SECTIONS[thing],
        charsets=sorted(CHARACTER_SETS), mappings=sorted(desk.sources.ground.mappings()),
    )  # fmt: skip
