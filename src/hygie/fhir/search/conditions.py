"""One parameter of a query -> a condition: criterion, chain or `_has` (R4 §3.1.1.4, §3.1.1.5)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.search import phrases, values
from hygie.fhir.search.phrases import malformed, wrong
from hygie.fhir.search.plans import UNSUPPORTED, WORDS
from hygie.fhir.search.query import Chain, Condition, Criterion, Has, Value
from hygie.fhir.search.splitting import split
from hygie.fhir.search.supported import is_supported
from hygie.fhir.search.targets import is_canonical, possible_targets
from hygie.fhir.search.values import Reading
from hygie.limits import MAX_CHAIN_DEPTH, MAX_CHAIN_VALUES, MAX_CHAIN_WAYS, MAX_OR_VALUES
from hygie.refusal import Refused

MODIFIERS: Final[dict[str, tuple[str, ...]]] = {
    "number": ("missing",),
    "date": ("missing",),
    "string": ("missing", "exact", "contains"),
    "token": ("missing", "not", "text", "of-type", "in", "not-in", "above", "below"),
    "reference": ("missing", "identifier"),
    "composite": ("missing",),
    "quantity": ("missing",),
    "uri": ("missing", "above", "below"),
}
"""What is supported, by type of parameter; a reference also takes a resource type."""
_STANDARD: Final = frozenset({"in", "not-in", "above", "below"})
"""Modifiers of R4 for references that need hierarchies or terminology: not supported."""
_ELSEWHERE: Final = frozenset({"_contained", "_containedType", "_type", "_score"})
"""Names R4 gives a meaning to that Hygie does not serve."""


LIST: Final = "_list"
MAX_KNOWN_CRITERIA: Final = 4_096
MAX_KNOWN_CHARACTERS: Final = 128
"""Longer values are read each time: they seldom come twice, and memory is bounded."""


def read_condition(
    registry: Registry, zone: ZoneInfo, type_name: str, name: str, value: str
) -> Condition:
    """A condition on resources of a type. Raises Refused, naming what is wrong.

    Short criteria are remembered: the same codes, categories and patients are asked for again.
    """
    short = len(name) + len(value) <= MAX_KNOWN_CHARACTERS
    read = _known if short and "." not in name and not name.startswith("_has:") else _read
    return read(registry, zone, type_name, name, value)


def _read(registry: Registry, zone: ZoneInfo, type_name: str, name: str, value: str) -> Condition:
    return ConditionReader(registry, zone, name).read(type_name, name, value)


_known = lru_cache(MAX_KNOWN_CRITERIA)(_read)


@dataclass(slots=True)
class ConditionReader:
    """Reads one parameter of a query."""

    registry: Registry
    zone: ZoneInfo
    _written: str
    _ways: int = 0
    _read_values: int = 0

    def read(self, type_name: str, name: str, value: str, depth: int = 0) -> Condition:
        self._ways += 1
        if self._ways > MAX_CHAIN_WAYS:
            raise wrong("too-wide", phrases.CHAIN_TOO_WIDE, self._written)
        if depth > MAX_CHAIN_DEPTH:
            limit = str(MAX_CHAIN_DEPTH)
            raise wrong("too-deep", phrases.CHAIN_TOO_DEEP, self._written, limit=limit)
        if name.startswith("_has:"):
            return self._has(type_name, name, value, depth)
        if name == LIST:
            return self._listed(value)
        head, dot, rest = name.partition(".")
        if dot:
            return self._chain(type_name, (head, rest), value, depth)
        return self._criterion(type_name, name, value)

    # --- chains -----------------------------------------------------------------------
    def _chain(self, type_name: str, name: tuple[str, str], value: str, depth: int) -> Chain:
        """`reference[:Type].rest`: without a type, every type that knows `rest`."""
        code, colon, said = name[0].partition(":")
        parameter = self._followed(type_name, code)
        targets = possible_targets(self.registry, parameter, type_name)
        if colon:
            targets = (target_type(self.registry, parameter, type_name, said),)
        inner: dict[str, Condition] = {}
        refused: Refused | None = None
        for target in targets:
            try:
                inner[target] = self.read(target, name[1], value, depth + 1)
            except Refused as problem:
                if problem.refusal.issues[0].code == "too-costly":
                    raise
                refused = problem
        if not inner:
            raise refused or wrong("not-a-reference", phrases.NOT_A_REFERENCE, code)
        return Chain(parameter, tuple(inner), tuple(inner.values()))

    def _has(self, type_name: str, name: str, value: str, depth: int) -> Has:
        """`_has:Source:reference:rest`"""
        parts = name.split(":", 3)
        if len(parts) != 4 or not all(parts):
            raise malformed("_has", name, phrases.HAS_FORM)
        _, source, code, rest = parts
        check_type(self.registry, source, name)
        parameter = self._followed(source, code)
        target_type(self.registry, parameter, source, type_name)
        return Has(source, parameter, self.read(source, rest, value, depth + 1))

    def _followed(self, type_name: str, code: str) -> SearchParameter:
        """A reference that the index follows: by ids, not by canonical URLs."""
        parameter = reference_parameter(self.registry, type_name, code)
        if is_canonical(self.registry.base, parameter, type_name):
            raise wrong("unsupported-chain", phrases.CANONICAL_CHAIN, code)
        return parameter

    def _listed(self, value: str) -> Has:
        """`_list=id`: what the items of a List refer to (R4 §3.1.1.4.13)."""
        if value.startswith("$"):
            raise wrong(
                "unsupported-list", phrases.FUNCTIONAL_LIST, LIST, name=phrases.excerpt(value)
            )
        lists = self._criterion("List", "_id", value)
        return Has("List", reference_parameter(self.registry, "List", "item"), lists)

    # --- criteria ---------------------------------------------------------------------
    def _criterion(self, type_name: str, name: str, value: str) -> Criterion:
        code, _, modifier = name.partition(":")
        parameter = parameter_named(self.registry, type_name, code)
        if not value:
            raise wrong("empty-value", phrases.EMPTY_VALUE, name)
        read = self._reader(parameter, modifier)
        if modifier == "missing":
            return Criterion(parameter, modifier=modifier, missing=_boolean(name, value))
        reading = Reading(self.registry, parameter, name, self.zone, type_name)
        if modifier and self.registry.is_resource(modifier):
            target_type(self.registry, parameter, type_name, modifier)
            reading, modifier = reading._replace(target=modifier), ""
        return Criterion(parameter, self._values(reading, value, read), modifier)

    def _values(
        self, reading: Reading, text: str, read: Callable[[Reading, str], Value]
    ) -> tuple[Value, ...]:
        written = split(text, ",")
        self._read_values += len(written)
        if self._ways > 1 and self._read_values > MAX_CHAIN_VALUES:
            raise wrong("too-wide", phrases.CHAIN_TOO_WIDE, self._written)
        if len(written) > MAX_OR_VALUES:
            size = str(len(written))
            raise wrong(
                "too-many-values", phrases.TOO_MANY_VALUES, reading.written,
                size=size, limit=str(MAX_OR_VALUES),
            )  # fmt: skip
        if not all(written):
            raise wrong("empty-value", phrases.EMPTY_VALUE, reading.written)
        return tuple(read(reading, part) for part in written)

    def _reader(self, parameter: SearchParameter, modifier: str) -> Callable[[Reading, str], Value]:
        """How values are read under a modifier; refused when the parameter has no such one."""
        words = parameter.code in WORDS
        allowed = ("missing",) if words else MODIFIERS[parameter.type]
        typed = parameter.type == "reference" and self.registry.is_resource(modifier)
        if modifier and not typed and modifier not in allowed:
            raise _refused_modifier(parameter, modifier, allowed)
        if words:
            return values.read_words
        coded = _CODED.get(modifier) if parameter.type == "token" else None
        return coded or _READERS.get(modifier, values.read_value)


_READERS: Final[dict[str, Callable[[Reading, str], Value]]] = {
    "identifier": values.read_token,
    "of-type": values.read_of_type,
    "text": values.read_string,
    "exact": values.read_exact,
}
"""By modifier; without one, a value is read by its parameter's type."""
_CODED: Final[dict[str, Callable[[Reading, str], Value]]] = {
    "in": values.read_set,
    "not-in": values.read_set,
    "above": values.read_coded,
    "below": values.read_coded,
}
"""Those of tokens that need terminology (`hygie.fhir.search.coded`)."""


def _refused_modifier(
    parameter: SearchParameter, modifier: str, allowed: tuple[str, ...]
) -> Refused:
    listed = ", ".join(f":{name}" for name in allowed)
    if parameter.type == "reference":
        listed += ", :Patient…"
    shown = {"modifier": phrases.excerpt(modifier), "allowed": listed}
    if modifier in _STANDARD and parameter.type == "reference":
        return wrong("unsupported-modifier", phrases.UNSUPPORTED_MODIFIER, parameter.code, **shown)
    return wrong(
        "unknown-modifier", phrases.UNKNOWN_MODIFIER, parameter.code, kind=parameter.type, **shown
    )


def _boolean(name: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise malformed(name, value, phrases.BOOLEAN_FORM)
    return value == "true"


# --- names --------------------------------------------------------------------------------
def parameter_named(registry: Registry, type_name: str, code: str) -> SearchParameter:
    """The search parameter of a type, refused when there is none or it is not supported."""
    known = registry.parameters(type_name)
    parameter = known.get(code)
    if parameter is not None and is_supported(registry, type_name, parameter):
        return parameter
    come = registry.being_indexed(type_name, code)
    if come is not None:
        raise wrong("unsupported-yet", phrases.BEING_INDEXED, code, percent=str(come))
    if parameter is not None or code in UNSUPPORTED | _ELSEWHERE:
        raise wrong("unsupported-parameter", phrases.UNSUPPORTED_PARAMETER, code)
    near = phrases.hint(code, known)
    raise wrong("unknown-parameter", phrases.UNKNOWN_PARAMETER, code, type=type_name, **near)


def reference_parameter(registry: Registry, type_name: str, code: str) -> SearchParameter:
    """As `parameter_named`, refused also when it is not a reference."""
    parameter = parameter_named(registry, type_name, code)
    if parameter.type != "reference":
        raise wrong("not-a-reference", phrases.NOT_A_REFERENCE, code)
    return parameter


def target_type(registry: Registry, parameter: SearchParameter, source: str, type_name: str) -> str:
    """`type_name`, refused when the reference of a `source` cannot lead to it."""
    check_type(registry, type_name, parameter.code)
    possible = possible_targets(registry, parameter, source)
    if type_name not in possible:
        raise wrong(
            "wrong-target", phrases.WRONG_TARGET, parameter.code,
            type=type_name, allowed=", ".join(possible[:12]),
        )  # fmt: skip
    return type_name


def check_type(registry: Registry, type_name: str, written: str) -> None:
    if not registry.is_resource(type_name):
        near = phrases.hint(type_name, registry.resource_types)
        name = phrases.excerpt(type_name)
        raise wrong("unknown-type", phrases.UNKNOWN_TYPE, written, name=name, **near)
