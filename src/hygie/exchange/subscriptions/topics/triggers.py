"""Does a change trigger a topic? R5 SubscriptionTopic, §Defining event triggers.

Triggers of a topic are joined by OR; what one trigger asks for, by AND.
"""

from collections.abc import Sequence
from typing import Final

from hygie.exchange.subscriptions.changes import Changed, Seen
from hygie.exchange.subscriptions.topics.model import QueryTest, Topic, Trigger
from hygie.fhir.path.environment import Environment
from hygie.fhir.path.items import Element
from hygie.fhir.search import matches
from hygie.fhir.search.query import Criterion
from hygie.limits import MAX_TOPIC_ITEMS
from hygie.refusal import Refused

TOO_COSTLY: Final = "fhirpath.too-many-items"


def triggers(topic: Topic, change: Changed) -> bool:
    """Whether it does. Raises `Refused` when an expression goes through more than its limit."""
    return any(_triggers(trigger, change) for trigger in topic.triggers)


def _triggers(trigger: Trigger, change: Changed) -> bool:
    if trigger.type != change.type or change.interaction not in trigger.interactions:
        return False
    if trigger.query is not None and not _passes(trigger.query, change):
        return False
    return trigger.path is None or _holds(trigger, change)


def _passes(test: QueryTest, change: Changed) -> bool:
    asked: list[bool] = []
    if test.previous is not None:
        asked.append(_meets(test.previous, change.previous, otherwise=test.passes_on_create))
    if test.current is not None:
        asked.append(_meets(test.current, change.current, otherwise=test.passes_on_delete))
    return all(asked) if test.require_both else any(asked) or not asked


def _meets(criteria: Sequence[Criterion], seen: Seen | None, *, otherwise: bool) -> bool:
    return otherwise if seen is None else meets(criteria, seen)


def meets(criteria: Sequence[Criterion], seen: Seen) -> bool:
    """Whether a version of a resource meets all these criteria."""
    return all(matches(one, seen.entries(one.parameter.code)) for one in criteria)


def _holds(trigger: Trigger, change: Changed) -> bool:
    """True for one `true`, or for what is there (as a criterion is read in FHIR).

    What cannot be decided, several items where one is expected, say, counts as met: an event too
    many is looked at and laid aside, one too few is never known of.
    """
    path, focus = trigger.path, change.focus
    if path is None or focus is None:
        return False
    variables = {
        "current": _items(trigger.type, change.current),
        "previous": _items(trigger.type, change.previous),
    }
    environment = Environment(variables=variables, max_items=MAX_TOPIC_ITEMS)
    try:
        found = path(focus.json, environment)
    except Refused as problem:
        if problem.refusal.issues[0].rule == TOO_COSTLY:
            raise
        return True
    return bool(found) and found[0] is not False


def _items(type_: str, seen: Seen | None) -> list[Element]:
    return [Element(seen.json, type_)] if seen is not None else []
