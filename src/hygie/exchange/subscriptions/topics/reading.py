"""A SubscriptionTopic in JSON (R4B and R5 say it alike) -> a `Topic`, or what is wrong with it.

What is not understood whole is refused by name: a topic that told less than it promises would make
its subscribers miss what they rely on.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final
from zoneinfo import ZoneInfo

from hygie.exchange.subscriptions.changes import INTERACTIONS, Interaction
from hygie.exchange.subscriptions.criteria import Known, criteria_of
from hygie.exchange.subscriptions.phrases import wrong_topic
from hygie.exchange.subscriptions.topics.model import (
    Allowed,
    QueryTest,
    Topic,
    Trigger,
)
from hygie.fhir.path import Path, compile_path
from hygie.fhir.path.environment import Environment
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Criterion
from hygie.limits import MAX_TOPIC_FILTERS, MAX_TOPIC_ITEMS, MAX_TOPIC_TRIGGERS
from hygie.refusal import Refused

Json = dict[str, Any]
UNCHANGED: Final = Environment(variables={"current": (), "previous": ()}, max_items=MAX_TOPIC_ITEMS)
"""For a first run, over nothing: an expression that asks for other variables fails at once."""
STRUCTURE: Final = "http://hl7.org/fhir/StructureDefinition/"


class TopicReader:
    """Reads topics, by the search parameters of the moment."""

    def __init__(self, registry: Known, zone: ZoneInfo) -> None:
        self._registry = registry
        self._zone = zone

    def read(self, resource: Json) -> Topic:
        """Raises `Refused`, naming what of the topic is not understood."""
        url = resource.get("url")
        if not isinstance(url, str) or not url:
            raise wrong_topic("url", "")
        if resource.get("eventTrigger"):
            raise wrong_topic("eventTrigger", url)
        triggers = tuple(self._triggers(resource, url))
        if not triggers:
            raise wrong_topic("resourceTrigger", url)
        types = frozenset(trigger.type for trigger in triggers)
        allowed = tuple(self._allowed(resource, types, url))
        return Topic(
            url=url,
            version=str(resource.get("version") or ""),
            title=str(resource.get("title") or ""),
            triggers=triggers,
            allowed=allowed,
            included=tuple(self._included(resource, types)),
        )

    # --- triggers ---------------------------------------------------------------------------
    def _triggers(self, resource: Json, url: str) -> Iterator[Trigger]:
        listed = _objects(resource.get("resourceTrigger"))
        if len(listed) > MAX_TOPIC_TRIGGERS:
            raise wrong_topic("resourceTrigger", url)
        for item in listed:
            type_ = self._type(item.get("resource"), url)
            yield Trigger(
                type_,
                self._interactions(item, url),
                self._query(type_, item.get("queryCriteria"), url),
                self._path(type_, item.get("fhirPathCriteria"), url),
            )

    def _type(self, value: Any, url: str) -> str:
        name = value.removeprefix(STRUCTURE) if isinstance(value, str) else ""
        if not self._registry().is_resource(name):
            raise wrong_topic("resource", url)
        return name

    def _interactions(self, item: Json, url: str) -> frozenset[Interaction]:
        """Those that are listed; any, if none is."""
        listed = item.get("supportedInteraction") or INTERACTIONS
        if not all(one in INTERACTIONS for one in listed):
            raise wrong_topic("supportedInteraction", url)
        return frozenset(listed)

    def _query(self, type_: str, item: Any, url: str) -> QueryTest | None:
        if not isinstance(item, dict):
            return None
        return QueryTest(
            previous=self._criteria(type_, item.get("previous"), url),
            current=self._criteria(type_, item.get("current"), url),
            passes_on_create=item.get("resultForCreate") == "test-passes",
            passes_on_delete=item.get("resultForDelete") == "test-passes",
            require_both=item.get("requireBoth") is True,
        )

    def _criteria(self, type_: str, text: Any, url: str) -> tuple[Criterion, ...] | None:
        if not isinstance(text, str):
            return None
        _, mark, after = text.partition("?")
        try:
            return criteria_of(self._registry(), self._zone, type_, after if mark else text)
        except Refused as problem:
            raise wrong_topic("queryCriteria", url) from problem

    def _path(self, type_: str, text: Any, url: str) -> Path | None:
        if not isinstance(text, str):
            return None
        try:
            path = compile_path(text, type_, self._registry())
            path({"resourceType": type_}, UNCHANGED)
        except Refused as problem:
            raise wrong_topic("fhirPathCriteria", url) from problem
        return path

    # --- filters and shape --------------------------------------------------------------------
    def _allowed(self, resource: Json, types: frozenset[str], url: str) -> Iterator[Allowed]:
        listed = _objects(resource.get("canFilterBy"))
        if len(listed) > MAX_TOPIC_FILTERS:
            raise wrong_topic("canFilterBy", url)
        for item in listed:
            said = item.get("resource")
            parameter = item.get("filterParameter")
            if not isinstance(parameter, str):
                raise wrong_topic("canFilterBy", url)
            modifiers = [*_texts(item.get("modifier")), *_texts(item.get("comparator"))]
            for type_ in (self._type(said, url),) if said else sorted(types):
                yield Allowed(type_, parameter, frozenset(modifiers))

    def _included(self, resource: Json, types: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Of `notificationShape`, what a search understands. The rest is left out: nobody relies
        on anything but the focus being there (STU 1.1, §Additional resources)."""
        for item in _objects(resource.get("notificationShape")):
            said = item.get("resource")
            type_ = said.removeprefix(STRUCTURE) if isinstance(said, str) else ""
            asked = [("_include", text) for text in _texts(item.get("include"))]
            asked += [("_revinclude", text) for text in _texts(item.get("revInclude"))]
            for pair in asked if type_ in types else ():
                with suppress(Refused):
                    parse_query(self._registry(), type_, [pair], zone=self._zone)
                    yield pair


def _objects(value: Any) -> list[Json]:
    listed = value if isinstance(value, list) else []
    return [item for item in listed if isinstance(item, dict)]


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, str)]
