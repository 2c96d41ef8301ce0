"""What a translation is asked for: R4's parameters, and those by which R5 says the same."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.reading import Json, objects, text
from hygie.fhir.terminology.subject import Coded


class Dependency(NamedTuple):
    """The value of another element, on which a mapping may depend."""

    element: str
    system: str
    code: str


class Wanted(NamedTuple):
    codes: tuple[Coded, ...]
    """To be translated; of a CodeableConcept, each of its codings."""
    is_reverse: bool
    """Whether they are codes that others are mapped to."""
    system: str
    """The system to find codes of; "" for any."""
    source: str
    """The value set that the codes were chosen from; "" when it is not said."""
    target: str
    """The value set in which codes are sought."""
    url: str
    version: str
    dependencies: frozenset[Dependency]
    is_r5: bool
    """Whether it is asked, and to be answered, in the words of R5."""


R5_NAMES: Final = ("sourceCode", "sourceCoding", "sourceCodeableConcept")
R5_REVERSE: Final = ("targetCode", "targetCoding", "targetCodeableConcept")


def wanted_of(asked: Asked) -> Wanted:
    """Nothing is refused here: without codes, `codes` is empty."""
    names: tuple[str, ...] = ("code", "coding", "codeableConcept")
    is_r5_reverse = any(map(asked.has, R5_REVERSE))
    if is_r5_reverse:
        names = R5_REVERSE
    elif any(map(asked.has, R5_NAMES)):
        names = R5_NAMES
    source_system = asked.text("sourceSystem") or asked.text("system")
    target_system = asked.text("targetSystem") or asked.text("targetsystem")
    own = (target_system, "") if is_r5_reverse else (source_system, asked.text("version"))
    return Wanted(
        codes=tuple(_codes(asked, names, *own)),
        is_reverse=is_r5_reverse or asked.flag("reverse") is True,
        system=source_system if is_r5_reverse else target_system,
        source=asked.text("sourceScope") or asked.text("source"),
        target=asked.text("targetScope") or asked.text("target"),
        url=asked.text("url"),
        version=asked.text("conceptMapVersion"),
        dependencies=frozenset(_dependencies(asked)),
        is_r5=names[0] != "code",
    )


def _codes(asked: Asked, names: tuple[str, ...], system: str, version: str) -> Iterator[Coded]:
    code, coding, concept = names
    if asked.has(code) and asked.text(code) and system:
        yield Coded(system, version, asked.text(code))
    items = [each for each in (asked.structure(coding),) if each]
    items += objects(asked.structure(concept), "coding")
    for item in items:
        if text(item, "code"):
            yield Coded(text(item, "system"), text(item, "version"), text(item, "code"))


def _dependencies(asked: Asked) -> Iterator[Dependency]:
    for parts in asked.parts("dependency"):
        element = parts.get("element") or parts.get("attribute")
        value = parts.get("concept") or parts.get("value")
        for coding in _codings(value):
            if isinstance(element, str):
                yield Dependency(element, text(coding, "system"), text(coding, "code"))


def _codings(value: object) -> Iterator[Json]:
    """Of a CodeableConcept or a Coding; a plain text is a code of no system."""
    if isinstance(value, str):
        yield {"code": value}
    elif isinstance(value, dict):
        yield from objects(value, "coding") if "coding" in value else iter((value,))
