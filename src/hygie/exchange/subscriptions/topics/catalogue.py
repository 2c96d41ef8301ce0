"""Every topic that is known: shipped ones, and those that Basic resources of the store keep.

A topic of the store wins over nobody: one that has the URL of a shipped topic is not read.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from zoneinfo import ZoneInfo

from hygie.exchange.subscriptions.criteria import Known
from hygie.exchange.subscriptions.phrases import EXCERPT, UNKNOWN_TOPIC, wrong
from hygie.exchange.subscriptions.topics.basic import is_topic, topic_of
from hygie.exchange.subscriptions.topics.model import Topic
from hygie.exchange.subscriptions.topics.reading import TopicReader
from hygie.exchange.subscriptions.topics.shipped import ANY, any_change, definitions
from hygie.fhir.codec import decode
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.refusal import Refused
from hygie.store.contract import StoredResource
from hygie.store.reading.mirror import Mirror


class Catalogue:
    """For the tasks of one event loop."""

    def __init__(self, registry: Known, zone: ZoneInfo, basics: Mirror | None = None) -> None:
        """`basics`: the Basic resources of the store."""
        self._registry = registry
        self._reader = TopicReader(registry, zone)
        self._basics = basics
        self._kept: Mapping[str, Topic] = {}
        self._edition = -1

    @cached_property
    def _shipped(self) -> dict[str, Topic]:
        return _by_url(self._reader.read(one) for one in definitions())

    @property
    def shipped(self) -> tuple[str, ...]:
        """The URLs of the shipped topics, but for those of any change."""
        return tuple(sorted({topic.url for topic in self._shipped.values()}))

    async def look(self) -> int:
        """Another number once any topic of the store may have changed."""
        if self._basics is None:
            return 0
        edition = await self._basics.look()
        if edition != self._edition:
            self._kept = _by_url(self._read(self._basics.resources))
            self._edition = edition
        return edition

    def find(self, canonical: str) -> Topic | None:
        """The topic of a URL, or of a URL and version, as of the last look."""
        type_ = canonical.removeprefix(ANY)
        if type_ != canonical:
            return any_change(type_) if self._registry().is_resource(type_) else None
        return self._shipped.get(canonical) or self._kept.get(canonical)

    def require(self, canonical: str) -> Topic:
        """As `find`. Raises `Refused` when there is none."""
        topic = self.find(canonical)
        if topic is None:
            url = canonical[:EXCERPT]
            raise wrong("topic", UNKNOWN_TOPIC, "criteria", code="not-found", url=url)
        return topic

    def _read(self, basics: Iterable[StoredResource]) -> Iterable[Topic]:
        """Those that are understood and not retired."""
        for stored in basics:
            basic = decode(stored.body, limit=MAX_RESOURCE_BYTES)
            if not is_topic(basic):
                continue
            resource = topic_of(basic)
            if resource.get("status") == "retired":
                continue
            try:
                yield self._reader.read(resource)
            except Refused:
                continue


def _by_url(topics: Iterable[Topic]) -> dict[str, Topic]:
    found: dict[str, Topic] = {}
    for topic in topics:
        found.setdefault(topic.url, topic)
        if topic.version:
            found.setdefault(f"{topic.url}|{topic.version}", topic)
    return found
