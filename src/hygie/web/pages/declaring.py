"""/declaration/source: a source declared or changed, each refusal beside its field."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import RedirectResponse, Response

from hygie.hl7v2.charsets import CHARACTER_SETS
from hygie.refusal import Issue, Refused
from hygie.web.desk import Desk, Visit
from hygie.web.present.declared import GENERAL, WAYS, as_form, as_source, fields_of
from hygie.web.present.numbers import read_number
from hygie.web.rendering import render

MAX_TYPED: Final = 2_000


async def show_new(desk: Desk, visit: Visit) -> Response:
    return await _page(desk, visit, {}, revision=0)


async def show(desk: Desk, visit: Visit) -> Response:
    declared = await desk.sources.require(visit.request.path_params["source"])
    return await _page(desk, visit, as_form(declared.source), revision=declared.version)


async def declare(desk: Desk, visit: Visit) -> Response:
    typed = {key: value.strip()[:MAX_TYPED] for key, value in visit.form.items()}
    revision = read_number(typed.get("version", ""))
    source, unreadable = as_source(typed)
    if source is None:
        return await _page(desk, visit, typed, revision=revision, wrong=unreadable)
    try:
        await desk.sources.declare(source, visit.context, revision)
    except Refused as refused:
        wrong = fields_of(refused.refusal.issues, typed.get("voie", ""))
        return await _page(desk, visit, typed, revision=revision, wrong=wrong)
    return RedirectResponse(f"/sources/{source.name}", 303)


async def _page(
    desk: Desk, visit: Visit, typed: Mapping[str, str], *, revision: int,
    wrong: Mapping[str, list[Issue]] | None = None,
) -> Response:  # fmt: skip
    known = {field.name for field in GENERAL} | {f.name for way in WAYS for f in way.fields}
    wrong = wrong or {}
    return render(
        desk, visit, "declaration.html", status=422 if wrong else 200, typed=typed,
        revision=revision, wrong=wrong, general=GENERAL, ways=WAYS, charsets=sorted(CHARACTER_SETS),
        mappings=sorted(desk.sources.ground.mappings()),
        others=[one for name, found in wrong.items() if name not in known for one in found],
    )  # fmt: skip
