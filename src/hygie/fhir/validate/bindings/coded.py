"""The codes that a value carries, whatever its type."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from hygie.fhir.path.items import QUANTITIES
from hygie.fhir.validate.report import excerpt

TEXTS: Final = frozenset({"code", "string", "uri", "url", "canonical", "id", "oid", "markdown"})
CODINGS: Final = QUANTITIES | {"Coding", "Money"}
SHOWN_CODINGS: Final = 3


class Coded(NamedTuple):
    codes: tuple[tuple[str | None, str], ...]
    """System and code. "" for the system of a `code`, which its value set knows; None for that of
    a coding without one, which is in no value set (R4 §4.1.4)."""
    text: bool
    """Whether a text says what is meant, in words."""

    @property
    def shown(self) -> str:
        """For a sentence: `1234-5 (http://loinc.org)`."""
        return ", ".join(
            f"{excerpt(code)} ({excerpt(system)})" if system else excerpt(code)
            for system, code in self.codes[:SHOWN_CODINGS]
        )


def coded(value: Any, type_name: str) -> Coded | None:
    """What `value`, JSON of a type, carries; None when it is not of that type, or carries none."""
    if type_name in TEXTS:
        return Coded((("", value),), text=False) if type(value) is str and value else None
    if type(value) is not dict:
        return None
    if type_name == "CodeableConcept":
        items = value.get("coding")
        codings = items if type(items) is list else ()
        return Coded(tuple(c for item in codings for c in _coding(item)), bool(value.get("text")))
    if type_name in CODINGS:
        codes = tuple(_coding(value))
        return Coded(codes, text=False) if codes else None
    return None


def _coding(value: Any) -> Iterator[tuple[str | None, str]]:
    if type(value) is dict and type(code := value.get("code")) is str and code:
        system = value.get("system")
        yield (system if type(system) is str and system else None), code
