"""Sights, understood on one store: reaches become patients and criteria, once for many requests."""

from collections import OrderedDict
from typing import Any, Final
from urllib.parse import parse_qsl

from hygie.fhir.search import parse_query
from hygie.fhir.search.controls import is_control
from hygie.fhir.search.query import Criterion
from hygie.refusal import Refused
from hygie.sight import ALL, Letter, Reach, Reaches, Sight
from hygie.store.search.bounds import Alternative, Bound, Bounds, is_tied
from hygie.store.search.circles import Circles
from hygie.store.search.criteria import Criteria
from hygie.store.search.visible import Visible
from hygie.store.vault import Vault

MAX_KNOWN: Final = 512
"""Types of sights remembered: a sight serves some seconds of one person's requests."""


class Sights:
    """Sights, understood on one store. For the tasks of one event loop."""

    def __init__(self, vault: Vault, criteria: Criteria) -> None:
        self._vault = vault
        self._criteria = criteria
        self._circles = Circles()
        self._known: OrderedDict[tuple[int, str, int], tuple[Reaches, Any, Bounds]] = OrderedDict()
        """By identity, the identified beside it: what compares by thousands of patients is not
        compared at each request."""

    def of(self, sight: Sight, kind: str, letter: Letter) -> Bounds:
        """What of a type is within, for one letter."""
        reaches, registry = sight.reach(kind, letter), self._vault.registry
        key = id(reaches), kind, id(registry)
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return known[2]
        bounds = self._understood(reaches, kind)
        self._known[key] = reaches, registry, bounds
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        return bounds

    def visible(self, sight: Sight, letter: Letter) -> Visible:
        """What may be seen of every type, for one letter."""
        return Visible(self.bound(sight, letter), self._criteria, self._vault.types)

    def bound(self, sight: Sight, letter: Letter) -> Bound:
        return lambda kind: self.of(sight, kind, letter)

    def _understood(self, reaches: Reaches, kind: str) -> Bounds:
        if ALL in reaches:
            return Bounds(self._vault, kind, (), whole=True)
        found = [self._alternative(reach, kind) for reach in reaches]
        return Bounds(self._vault, kind, [one for one in found if one is not None], whole=False)

    def _alternative(self, reach: Reach, kind: str) -> Alternative | None:
        """None for what nothing can be in; a query that is not understood lets nothing in."""
        if reach.patients == frozenset() and not reach.house:
            return None
        if not reach.house and not is_tied(self._vault, kind):
            return None
        criteria: list[Criterion] = []
        if reach.query:
            given = parse_qsl(reach.query, keep_blank_values=True)
            if not given or any(is_control(name) for name, _ in given):
                return None
            try:
                parsed = parse_query(
                    self._vault.registry, kind, given, zone=self._vault.blinder.zone
                )
            except Refused:
                return None
            criteria = [one for one in parsed.query.conditions if isinstance(one, Criterion)]
            if len(criteria) != len(given):
                return None
        circle = None if reach.patients is None else self._circles.of(reach.patients)
        return Alternative(circle, reach.house, tuple(criteria))
