"""A service of the house's own: when it is asked, what it needs, and what it makes of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.exchange.hooks.card import Card
from hygie.store.contract import Resource

PATIENT_VIEW: Final = "patient-view"
"""The one hook there is here: somebody opens a record (CDS Hooks, hook `patient-view` 1.0)."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a service answers from: nothing that whoever asks may not see."""

    found: Mapping[str, tuple[Resource, ...]]
    """Name of a template -> what it stands for."""
    hidden: frozenset[str]
    """Templates that whoever asks may not have answered."""
    now: datetime
    zone: ZoneInfo
    record: str
    """Address of the record's page; empty: it is another house's."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    description: str
    prefetch: Mapping[str, str]
    """Name -> template of a read, or of a search of what is the patient's ("Prefetch Template").
    The patient's own comes under the name `patient`."""
    make: Callable[[Facts], tuple[Card, ...]]
    """Pure."""
    hook: str = PATIENT_VIEW
