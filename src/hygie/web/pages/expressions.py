"""/outils/fhirpath: an expression tried on a resource that is pasted, or waits in quarantine."""

import msgspec
from starlette.responses import Response

from hygie.insight.trial import Asked, Trial
from hygie.insight.trial.apart import attempt
from hygie.intake.values import Entry
from hygie.limits import MAX_TRIED_EXPRESSION_CHARACTERS, MAX_TRIED_RESOURCE_CHARACTERS
from hygie.refusal import Category, refuse
from hygie.web.desk import Desk, Visit
from hygie.web.messages import TRIED_NO_FHIR, TRIED_TOO_LONG
from hygie.web.present.examples import EXAMPLES, RESOURCE
from hygie.web.present.inbox import STOPPED
from hygie.web.present.numbers import read_number
from hygie.web.present.trial import TreeView, read_tree, say_outcome
from hygie.web.rendering import render
from hygie.web.stepping import here
from hygie.web.veil import Veil, veil_of

LIMITS = {
    "expression": MAX_TRIED_EXPRESSION_CHARACTERS,
    "resource": MAX_TRIED_RESOURCE_CHARACTERS,
}


class Essay(msgspec.Struct, frozen=True):
    """What the form holds."""

    expression: str = ""
    resource: str = ""
    source: str = ""
    """Where the resource comes from, when it was not pasted."""


async def show(desk: Desk, visit: Visit) -> Response:
    """The empty form; or with a message in quarantine (`?message=`), whose reading is traced."""
    asked = visit.request.query_params.get("message", "")
    if not asked:
        return _page(desk, visit, Essay())
    veil = veil_of(desk, visit)
    if not veil.lifted:
        return _page(desk, visit, Essay(), veil=veil)
    entry = await desk.gateway.entry(read_number(asked), context=visit.context)
    return _page(desk, visit, Essay(resource=_content(entry), source=f"Message {entry.id}"))


async def submit(desk: Desk, visit: Visit) -> Response:
    """What the expression finds. Nothing is kept, and nothing of it enters an address."""
    essay = _essay(visit.form)
    if len(essay.expression) > LIMITS["expression"] or len(essay.resource) > LIMITS["resource"]:
        raise _too_long()
    if not essay.expression.strip():
        return _page(desk, visit, essay)
    raw = essay.resource.encode("utf-8", "replace")
    trial = await attempt(Asked(essay.expression, raw, desk.now.isoformat()))
    return _page(desk, visit, essay, trial, read_tree(raw, trial.found))


def _essay(form: dict[str, str]) -> Essay:
    """An example brings its own resource where there is none."""
    resource = form.get("ressource", "").replace("\r\n", "\n")
    number = read_number(form.get("exemple", ""))
    if not 0 < number <= len(EXAMPLES):
        return Essay(form.get("expression", "").replace("\r\n", "\n"), resource)
    return Essay(EXAMPLES[number - 1].expression, resource if resource.strip() else RESOURCE)


def _content(entry: Entry) -> str:
    """Of a message that is stopped: once filed, it is part of a record."""
    if entry.state not in STOPPED or entry.kind != "fhir" or entry.content is None:
        raise refuse(Category.NOT_FOUND, "web.tried-no-fhir", TRIED_NO_FHIR, code="not-found")
    try:
        text = msgspec.json.format(entry.content, indent=2).decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = entry.content.decode("utf-8", "replace")
    if len(text) > LIMITS["resource"]:
        raise _too_long()
    return text


def _too_long() -> Exception:
    limits = {name: str(limit) for name, limit in LIMITS.items()}
    return refuse(Category.TOO_LARGE, "web.tried-too-long", TRIED_TOO_LONG, **limits)


def _page(
    desk: Desk,
    visit: Visit,
    essay: Essay,
    trial: Trial | None = None,
    view: TreeView | None = None,
    veil: Veil | None = None,
) -> Response:
    return render(
        desk, visit, "fhirpath.html", essay=essay, trial=trial, view=view, limits=LIMITS,
        examples=EXAMPLES, veil=veil, back=here(visit.request), heading=say_outcome(trial),
    )  # fmt: skip
