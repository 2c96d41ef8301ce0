"""Request headers, understood. Pure; the frequent ones are remembered by their text."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

import msgspec

from hygie.refusal import Language

Format = Literal["json", "xml"]
FHIR_JSON: Final = "application/fhir+json"
FHIR_XML: Final = "application/fhir+xml"
JSON_TYPES: Final = frozenset({FHIR_JSON, "application/json", "text/json"})
XML_TYPES: Final = frozenset({FHIR_XML, "application/xml", "text/xml"})
RESOURCE_TYPES: Final = JSON_TYPES | XML_TYPES
FORMATS: Final[dict[Format, frozenset[str]]] = {"json": JSON_TYPES, "xml": XML_TYPES}
"""What a resource is written in -> its names; the first is given to whoever takes both alike."""
RANGES: Final = ("application/*", "*/*")
"""Of all formats, the closer one first."""
FHIR_VERSIONS: Final = frozenset({"", "4.0", "4.0.1"})
Return = Literal["", "minimal", "representation", "OperationOutcome"]


class Preferences(msgspec.Struct, frozen=True):
    """R4 §3.1.0.4 (return) and §3.1.1.2.6 (handling)."""

    returning: Return = ""
    lenient: bool = False


@lru_cache(256)
def preferences(header: str) -> Preferences:
    """The `Prefer` header (RFC 7240). What is not understood is left aside, as the RFC asks."""
    returning: Return = ""
    lenient = False
    for part in header.replace(";", ",").split(","):
        match part.replace('"', "").strip().split("="):
            case ["return", ("minimal" | "representation" | "OperationOutcome") as value]:
                returning = value
            case ["handling", value]:
                lenient = value == "lenient"
    return Preferences(returning, lenient)


@lru_cache(256)
def accepted_format(header: str) -> Format | None:
    """What an `Accept` header prefers (RFC 9110 §12.5.1): the first of all if it is empty, None
    when nothing that there is will do."""
    if not header.strip():
        return next(iter(FORMATS))
    wishes: dict[str, float] = {}
    for item in header.split(","):
        name, parameters = media_type(item)
        if parameters.get("fhirversion", "") in FHIR_VERSIONS:
            wishes[name] = max(_quality(parameters.get("q", "1")), wishes.get(name, 0.0))
    wished = {form: _wish(form, wishes) for form in FORMATS}
    best = max(wished, key=wished.__getitem__)
    return best if wished[best] > 0 else None


def _wish(form: Format, wishes: Mapping[str, float]) -> float:
    """How much a format is wished for: its own names count before the ranges that it is in."""
    named = [wishes[name] for name in FORMATS[form] if name in wishes]
    ranged = [wishes[name] for name in RANGES if name in wishes]
    return max(named) if named else next(iter(ranged), 0.0)


@lru_cache(256)
def named_format(value: str) -> Format | None:
    """What `_format` names (R4 §3.1.0.1.11), its "+" perhaps read as a space."""
    name, parameters = media_type(value)
    name = name.replace(" ", "+")
    if parameters.get("fhirversion", "") not in FHIR_VERSIONS:
        return None
    return next((form for form, names in FORMATS.items() if name == form or name in names), None)


@lru_cache(256)
def language(header: str) -> Language:
    """French or English, whichever `Accept-Language` prefers; French when it says neither."""
    best: tuple[float, Language] = (0.0, "fr")
    for item in header.split(","):
        name, parameters = media_type(item)
        quality = _quality(parameters.get("q", "1"))
        primary = name.partition("-")[0]
        if primary in ("fr", "en") and quality > best[0]:
            best = (quality, "fr" if primary == "fr" else "en")
    return best[1]


@lru_cache(256)
def media_type(header: str) -> tuple[str, dict[str, str]]:
    """Name and parameters, in lower case."""
    name, *rest = header.lower().split(";")
    pairs = (part.partition("=") for part in rest)
    return name.strip(), {key.strip(): value.strip().strip('"') for key, _, value in pairs}


@lru_cache(256)
def is_content(header: str, types: frozenset[str]) -> bool:
    """Whether a `Content-Type` is one of these, in UTF-8, of R4 when it says."""
    name, parameters = media_type(header)
    utf8 = parameters.get("charset", "utf-8") in ("utf-8", "utf8")
    return name in types and utf8 and parameters.get("fhirversion", "") in FHIR_VERSIONS


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
