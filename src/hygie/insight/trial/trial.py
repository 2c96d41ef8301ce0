"""An expression tried: everything a page shows of it."""

from datetime import datetime
from typing import Final

import msgspec

from hygie.deadline import deadline
from hygie.fhir.codec import decode, encode
from hygie.fhir.definitions import r4
from hygie.fhir.path.check import examine
from hygie.fhir.path.items import Element, Item, to_json
from hygie.fhir.path.parser import parse
from hygie.fhir.path.places import visible
from hygie.insight.trial.evaluation import Resource, evaluate
from hygie.insight.trial.marking import Marked
from hygie.insight.trial.outline import read
from hygie.insight.trial.values import Asked, Found, Problem, Traced, Trial
from hygie.limits import EXPRESSION_SECONDS, MAX_TRIED_ITEM_CHARACTERS, MAX_TRIED_ITEMS
from hygie.refusal import Issue, Refused

_END: Final = "\u00a0"
"""Stands for the character after the last, so that the end can be pointed at."""


def tried(asked: Asked) -> Trial:
    """Never refused: what is wrong is told, with its place. For the main thread of a process."""
    try:
        resource = decode(asked.resource) if asked.resource.strip() else None
    except Refused as refused:
        sentence = refused.refusal.issues[0].text(asked.language)
        return Trial(problem=Problem(sentence, of_resource=True))
    try:
        with deadline(EXPRESSION_SECONDS):
            return _evaluated(asked, resource)
    except Refused as refused:
        return Trial(problem=_problem(refused.refusal.issues[0], asked))


def _evaluated(asked: Asked, resource: Resource | None) -> Trial:
    marked = Marked(resource or {})
    traced: list[Traced] = []

    def told(name: str, items: list[Item]) -> None:
        if len(traced) < MAX_TRIED_ITEMS:
            traced.append(Traced(name, tuple(_shown(i, marked) for i in items[:MAX_TRIED_ITEMS])))

    now = datetime.fromisoformat(asked.now)
    subject = None if resource is None else marked.resource
    items = evaluate(asked.expression, subject, now, trace=told)
    return Trial(
        doubts=_doubts(asked, _type_name(resource)),
        found=tuple(_shown(item, marked) for item in items[:MAX_TRIED_ITEMS]),
        count=len(items),
        traced=tuple(traced),
        tree=read(asked.expression, _type_name(resource)),
    )


def _doubts(asked: Asked, type_name: str) -> tuple[Problem, ...]:
    """What strict mode says of an expression that means less than its author wants."""
    if not type_name:
        return ()
    issues = examine(parse(asked.expression), type_name, r4(), strict=True).issues
    return tuple(_problem(issue, asked) for issue in issues)


def _type_name(resource: Resource | None) -> str:
    return "" if resource is None else str(resource["resourceType"])


def _problem(issue: Issue, asked: Asked) -> Problem:
    sentence, text = issue.text(asked.language), asked.expression
    if "position" not in issue.details:
        return Problem(sentence)
    place = min(int(issue.details["position"]) - 1, len(text))
    at = visible(text[place : place + 1]) or _END
    return Problem(sentence, text[:place], at, text[place + 1 :])


# --- items --------------------------------------------------------------------------------
def _shown(item: Item, marked: Marked) -> Found:
    place = marked.place_of(item)
    value = marked.original(place) if place else to_json([item])[0]
    text = msgspec.json.format(encode(value), indent=2).decode()
    if len(text) > MAX_TRIED_ITEM_CHARACTERS:
        text = text[:MAX_TRIED_ITEM_CHARACTERS] + "…"
    return Found(_type_of(item), text, place)


def _type_of(item: Item) -> str:
    if isinstance(item, Element):
        return f"FHIR.{item.type}"
    return f"System.{_NAMES.get(type(item)) or type(item).__name__}"


_NAMES: Final[dict[type, str]] = {
    bool: "Boolean",
    int: "Integer",
    str: "String",
}
"""Types of the language that are Python's; the others bear the same name."""
