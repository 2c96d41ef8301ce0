"""The parameters of one request to terminology, whatever form they came in, read once."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final

from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.languages import Wanted, read_languages
from hygie.fhir.terminology.reading import Json, objects, text, value_of
from hygie.fhir.terminology.versions import VersionRules
from hygie.refusal import Category, Refused, refuse

TRUTHS: Final[Mapping[Any, bool]] = {"true": True, "false": False}


class Asked:
    """A `Parameters` resource, or the parameters of a query string, or both.

    Named values are asked for by the type that the operation gives them; one of another type is
    refused with its name. Absent ones are "", None or empty. Names that no operation knows are let
    be (R4 §3.2: a server may ignore them).
    """

    def __init__(
        self,
        parameters: Json | None = None,
        query: Iterable[tuple[str, str]] = (),
        accept_language: str = "",
        house_language: str = "",
    ) -> None:
        """`accept_language`: the header; `house_language`: when nobody asks for one."""
        self._values: dict[str, list[Any]] = {}
        self._accept_language = accept_language
        self._house_language = house_language
        self._read(parameters)
        for name, value in query:
            self._values.setdefault(name, []).append(value)

    def has(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str:
        """A string, code or URI; the first, when it comes several times."""
        return next(iter(self.texts(name)), "")

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._values.get(name, [])
        if not all(isinstance(value, str) for value in values):
            raise _wrong(name, "string")
        return tuple(values)

    def flag(self, name: str) -> bool | None:
        value = self._first(name)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and value in TRUTHS:
            return TRUTHS[value]
        raise _wrong(name, "boolean")

    def number(self, name: str) -> int | None:
        """A whole number that is not negative."""
        value = self._first(name)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
            value = int(value)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise _wrong(name, "integer")
        if value is not None and not 0 <= value < 2**31:
            raise _wrong(name, "unsignedInt")
        return value

    def structure(self, name: str) -> Json | None:
        """A Coding, a CodeableConcept, a resource: whatever is an object."""
        return next(iter(self.structures(name)), None)

    def structures(self, name: str) -> tuple[Json, ...]:
        values = self._values.get(name, [])
        if not all(isinstance(value, dict) for value in values):
            raise _wrong(name, "Element")
        return tuple(values)

    def parts(self, name: str) -> tuple[Json, ...]:
        """The parts of a parameter that has some: name -> value."""
        return self.structures(name)

    def resource(self, name: str, kind: str) -> Json | None:
        """A resource that must be of a type."""
        found = self.structure(name)
        if found is not None and text(found, "resourceType") != kind:
            raise _wrong(name, kind)
        return found

    @cached_property
    def resources(self) -> tuple[Json, ...]:
        """The definitions that the request brings along (`tx-resource`), and its own subject."""
        named = ("tx-resource", "valueSet", "codeSystem", "conceptMap")
        return tuple(resource for name in named for resource in self.structures(name))

    @cached_property
    def languages(self) -> tuple[Wanted, ...]:
        """Wanted for displays, most wanted first: displayLanguage, else Accept-Language."""
        return read_languages(self.display_language or self._house_language)

    @cached_property
    def display_language(self) -> str:
        """As the request says it; "" when it does not."""
        return self.text("displayLanguage") or self._accept_language

    @cached_property
    def systems(self) -> VersionRules:
        """Versions of code systems."""
        names = "system-version", "check-system-version", "force-system-version"
        return VersionRules.of(*map(self.texts, names))

    @cached_property
    def value_sets(self) -> VersionRules:
        """Versions of value sets."""
        names = ("default", "check", "force")
        return VersionRules.of(*(self.texts(f"{name}-valueset-version") for name in names))

    @cached_property
    def supplements(self) -> tuple[str, ...]:
        """Canonicals of the supplements that must be used."""
        return self.texts("useSupplement")

    def defaulting(self, others: Iterable[tuple[str, Any]]) -> "Asked":
        """With the values that a definition gives for what the request leaves open."""
        added = [(name, value) for name, value in others if not self.has(name)]
        if not added:
            return self
        result = Asked(None, (), self._accept_language, self._house_language)
        result._values = {name: list(values) for name, values in self._values.items()}
        for name, value in added:
            result._values.setdefault(name, []).append(value)
        return result

    def within(self, parameters: Json, others: Iterable[str]) -> "Asked":
        """One request of several that came in one: its own parameters, and those of the whole
        that it does not give itself, but for some `others`."""
        result = Asked(parameters, (), self._accept_language, self._house_language)
        for name, values in self._values.items():
            if name not in others:
                result._values.setdefault(name, list(values))
        return result

    def _first(self, name: str) -> Any:
        return next(iter(self._values.get(name, ())), None)

    def _read(self, parameters: Json | None) -> None:
        for item in objects(parameters, "parameter"):
            name, value = text(item, "name"), value_of(item)
            if name == "profile" and isinstance(value, dict):
                self._read(value)
            elif name and value is not None:
                self._values.setdefault(name, []).append(value)
            elif name and "part" in item:
                parts = {text(part, "name"): value_of(part) for part in objects(item, "part")}
                self._values.setdefault(name, []).append(parts)


def _wrong(name: str, expected: str) -> Refused:
    return refuse(
        Category.INVALID,
        "terminology.parameter",
        phrases.WRONG_PARAMETER,
        code="invalid",
        location=f"Parameters.parameter.where(name = '{name}')",
        name=name,
        expected=expected,
    )
