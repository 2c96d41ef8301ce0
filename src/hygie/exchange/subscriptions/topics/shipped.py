"""The topics that Hygie brings: what a hospital's software most often waits for.

Each is a SubscriptionTopic (R4B) in `shipped/`; `any-change` is made for each type when asked for.
"""

from functools import cache
from importlib import resources
from typing import Any, Final

from hygie.exchange.subscriptions.changes import INTERACTIONS
from hygie.exchange.subscriptions.topics.model import Topic, Trigger
from hygie.fhir.codec import decode
from hygie.limits import MAX_RESOURCE_BYTES

BASE: Final = "urn:hygie:topic:"
ANY: Final = f"{BASE}any-change:"
SUFFIX: Final = ".json"


@cache
def definitions() -> tuple[dict[str, Any], ...]:
    """The SubscriptionTopics, in the order of their files."""
    files = (file for file in resources.files(__package__).joinpath("shipped").iterdir())
    listed = sorted((f for f in files if f.name.endswith(SUFFIX)), key=lambda file: file.name)
    return tuple(decode(file.read_bytes(), limit=MAX_RESOURCE_BYTES) for file in listed)


@cache
def any_change(type_: str) -> Topic:
    """Whatever happens to resources of a type; every search parameter may filter."""
    trigger = Trigger(type_, frozenset(INTERACTIONS))
    return Topic(f"{ANY}{type_}", "", type_, (trigger,), (), any_filter=True)


@cache
def searched(type_: str) -> Topic:
    """R4 without topics: a resource that is written and meets the criteria; no deletions."""
    trigger = Trigger(type_, frozenset({"create", "update"}))
    return Topic("", "", type_, (trigger,), (), any_filter=True)
