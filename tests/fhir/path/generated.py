"""Random resources, made from the definitions: mostly well-formed, sometimes not at all.

Values come from small pools, so that equal ones meet. What may stand in a resource stands there at
times: primitives with extensions and without value, nulls in arrays, resources within resources,
dates that do not exist, a text where an object belongs. Not two types of one choice: which of them
counts is not said anywhere.
"""

from decimal import Decimal
from random import Random
from typing import Any, Final

from hygie.fhir.definitions import Element, Registry
from hygie.fhir.path.items import SYSTEM_TYPES

TYPES: Final = (
    "Patient",
    "Observation",
    "Questionnaire",
    "Encounter",
    "MedicationRequest",
    "ValueSet",
    "Condition",
    "Parameters",
    "Bundle",
)
STRINGS: Final = (
    "a",
    "b",
    "A  B",
    "a\tb",
    "",
    "Peter",
    "2012",
    "true",
    "1",
    "1.0",
    "é🔥",
    "final",
    "http://loinc.org",
    "http://example.org/x",
    "4 days",
    "dGVzdA==",
)
DATES: Final = ("2012", "2012-01", "2012-01-05", "2013-02-28", "2012-13", "")
DATE_TIMES: Final = (
    *DATES,
    "2012-01-05T10:00:00Z",
    "2012-01-05T11:00:00+01:00",
    "2012-01-05T10:00:00.5Z",
    "2012-01-05T10:00:00",
)
TIMES: Final = ("10:00:00", "10:00:00.50", "23:59:59", "25:00:00")
DECIMALS: Final = tuple(map(Decimal, ("1", "1.0", "1.10", "0", "-2.5", "100", "0.001", "1E+20")))
INTEGERS: Final = (0, 1, 2, 3, -1, 100, 2147483647)
UNITS: Final = ("mg", "g", "kg", "cm", "m", "a", "mo", "d", "s", "1", "%", "Cel", "foo", "mm[Hg]")
REFERENCES: Final = ("#1", "#2", "#", "Patient/1", "Patient/2", "urn:uuid:1", "Group/3")
UCUM: Final = "http://unitsofmeasure.org"
POOLS: Final[dict[str, tuple[Any, ...]]] = {
    "String": STRINGS,
    "Boolean": (True, False),
    "Integer": INTEGERS,
    "Decimal": (*DECIMALS, 1, 2),
    "Date": DATES,
    "DateTime": DATE_TIMES,
    "Time": TIMES,
}
SHAPES: Final[tuple[Any, ...]] = (None, "a", 1, True, Decimal("1.5"), {}, [], ["a"], [{}], [None])
"""JSON of every kind, to be put where something else belongs."""
ROOMY: Final = frozenset({"item", "contained", "entry", "parameter", "part", "contains"})
"""Elements that hold what is like their holder."""


class Resources:
    """`wild`: how likely something is malformed wherever it can be."""

    def __init__(self, random: Random, registry: Registry, wild: float = 0.02) -> None:
        self._random = random
        self._registry = registry
        self._wild = wild

    def resource(self, type_name: str = "", depth: int = 3) -> dict[str, Any]:
        type_name = type_name or self._random.choice(TYPES)
        found = {"resourceType": type_name, **self._object(type_name, depth)}
        found["id"] = self._random.choice(("1", "2"))
        if self._happens(self._wild):
            found[self._random.choice(("resourceType2", "unknown", "_name"))] = self._shape()
        return found

    def _happens(self, probability: float) -> bool:
        return self._random.random() < probability

    def _shape(self) -> Any:
        return self._random.choice(SHAPES)

    def _object(self, type_name: str, depth: int) -> dict[str, Any]:
        """Fewer elements the deeper it is, or there would be no end of them."""
        elements = self._registry.types[type_name].elements
        likely = min(0.8, (depth + 2) / max(len(elements), 1))
        found: dict[str, Any] = {}
        for element in elements:
            if self._happens(likely * (2 if element.name in ROOMY else 1)):
                self._add(found, element, depth)
        if type_name in ("Quantity", "Age", "Duration") and self._happens(0.7):
            found |= {"system": UCUM, "code": self._random.choice(UNITS), "value": self._decimal()}
            found.pop("comparator", None)
        return found

    def _decimal(self) -> Any:
        return self._random.choice(POOLS["Decimal"])

    def _add(self, found: dict[str, Any], element: Element, depth: int) -> None:
        """One element, of one of its types; seldom malformed."""
        name, type_ = self._random.choice(list(element.json_names().items()))
        if depth <= 0 and not self._is_primitive(type_.name):
            return
        if self._happens(self._wild):
            found[name] = self._shape()
        elif element.repeats:
            self._add_array(found, name, type_.name, depth)
        else:
            self._add_single(found, name, type_.name, depth)

    def _is_primitive(self, type_name: str) -> bool:
        return self._registry.types[type_name].kind == "primitive"

    def _add_single(self, found: dict[str, Any], name: str, type_name: str, depth: int) -> None:
        value = self._value(type_name, depth)
        beside = self._beside(type_name, depth)
        if value is not None:
            found[name] = value
        if beside is not None:
            found["_" + name] = beside

    def _add_array(self, found: dict[str, Any], name: str, type_name: str, depth: int) -> None:
        count = self._random.choice((1, 1, 2, 2, 3))
        found[name] = [self._value(type_name, depth) for _ in range(count)]
        if self._happens(self._wild):
            found[name].append(self._shape())
        siblings = [self._beside(type_name, depth) for _ in found[name]]
        if any(sibling is not None for sibling in siblings):
            found["_" + name] = siblings[: self._random.randint(1, count)]

    def _value(self, type_name: str, depth: int) -> Any:
        definition = self._registry.types[type_name]
        if definition.kind == "primitive":
            return None if self._happens(0.06) else self._primitive(type_name)
        if definition.kind == "resource":
            return self.resource(self._random.choice(TYPES[:4]), depth - 2)
        if type_name == "Reference" and self._happens(0.8):
            return {"reference": self._random.choice(REFERENCES)}
        return self._object(type_name, depth - 1)

    def _primitive(self, type_name: str) -> Any:
        if type_name in ("canonical", "uri", "url") and self._happens(0.5):
            return self._random.choice(REFERENCES)
        return self._random.choice(POOLS[SYSTEM_TYPES[type_name]])

    def _beside(self, type_name: str, depth: int) -> Any:
        """A primitive's id and extensions, at times."""
        if not self._is_primitive(type_name) or not self._happens(0.12):
            return None
        if self._happens(self._wild):
            return self._shape()
        found: dict[str, Any] = {"id": "1"} if self._happens(0.3) else {}
        if not found or self._happens(0.7):
            found["extension"] = [{"url": "http://example.org/x", **self._extension(depth)}]
        return found

    def _extension(self, depth: int) -> dict[str, Any]:
        return self._random.choice(
            ({"valueString": "a"}, {"valueBoolean": True}, {"valueDate": "2012"}, {})
        )
