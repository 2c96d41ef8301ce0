"""In which order, and between which tags, the members of an object are written.

Objects of one type with the same members are written alike: what is worked out for the first is
kept for the others, by the names of the members.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from hygie.fhir.definitions import Registry
from hygie.fhir.xml import phrases
from hygie.fhir.xml.shapes import Kind, Step, shapes_of
from hygie.refusal import Category, Refused, refuse

MAX_PLANS: Final = 8_192
"""Kept at once: real data have some hundreds, and hostile data must not fill the memory."""
MAX_NAME: Final = 64
SIBLING: Final = "_"
Names = tuple[str, ...]
PartKind = Literal[Kind, "siblings"]


class Part(NamedTuple):
    """One element of an object, with all its repetitions."""

    kind: PartKind
    """"siblings" is a primitive with ids or extensions, of which values may be missing."""
    name: str
    type_name: str
    start: str
    """Its start tag, without the end of it: "<family"."""
    end: str


class Plan(NamedTuple):
    attributes: Names
    """Members that are attributes of the element itself, in alphabetical order."""
    parts: tuple[Part, ...]
    """In the order of the definition."""


class Plans:
    """The plans of a registry, each made when it is first needed. Safe to share."""

    def __init__(self, registry: Registry) -> None:
        self._shapes = shapes_of(registry)
        self.is_resource = registry.is_resource
        self._known: dict[Names, Plan] = {}
        self._steps: dict[str, dict[str, Step]] = {}

    def of(self, type_name: str, value: Any) -> Plan:
        """Raises `Refused` where the value is no object, or has members that its type has not."""
        if type(value) is not dict:
            raise unwritable(type_name)
        key = (type_name, *value)
        plan = self._known.get(key)
        if plan is None:
            plan = self._made(type_name, value)
            if len(self._known) >= MAX_PLANS:
                self._known.clear()
            self._known[key] = plan
        return plan

    def _made(self, type_name: str, names: Collection[str]) -> Plan:
        own, steps = self._shapes.of(type_name).attributes, self._steps_of(type_name)
        attributes = sorted(name for name in names if name in own)
        members = {name.removeprefix(SIBLING): name for name in names if name not in own}
        if self.is_resource(type_name):
            members.pop("resourceType", None)
        unknown = next((name for name in members if name not in steps), None)
        if unknown is not None:
            raise unwritable(f"{type_name}.{unknown}")
        ordered = sorted(members, key=lambda name: steps[name].position)
        parts = (_part(steps[name], siblings=SIBLING + name in names) for name in ordered)
        return Plan(tuple(attributes), tuple(parts))

    def _steps_of(self, type_name: str) -> dict[str, Step]:
        steps = self._steps.get(type_name)
        if steps is None:
            shape = self._shapes.of(type_name)
            steps = self._steps[type_name] = {step.name: step for step in shape.steps.values()}
        return steps


def _part(step: Step, *, siblings: bool) -> Part:
    kind: PartKind = "siblings" if siblings else step.kind
    if siblings and step.kind != "primitive":
        raise unwritable(SIBLING + step.name)
    return Part(kind, step.name, step.type_name, f"<{step.name}", f"</{step.name}>")


def unwritable(place: str) -> Refused:
    """What is no FHIR has no FHIR XML either: nothing that was validated comes here."""
    return refuse(
        Category.NOT_ACCEPTABLE, "xml.unwritable", phrases.UNWRITABLE, code="structure",
        place=place[:MAX_NAME],
    )  # fmt: skip


@lru_cache(maxsize=8)
def plans_of(registry: Registry) -> Plans:
    return Plans(registry)
