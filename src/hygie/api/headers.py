"""Request headers, understood. Pure; the frequent ones are remembered by their text."""

from functools import lru_cache
from typing import Final, Literal

import msgspec

from hygie.refusal import Language

FHIR_JSON: Final = "application/fhir+json"
JSON_TYPES: Final = frozenset({FHIR_JSON, "application/json", "text/json"})
RANGES: Final = JSON_TYPES | {"*/*", "application/*"}
FORMATS: Final = JSON_TYPES | {"json"}
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
def accepts_json(header: str) -> bool:
    """Whether an `Accept` header allows FHIR JSON (RFC 9110 §12.5.1); an empty one does."""
    if not header.strip():
        return True
    return any(_allows(item) for item in header.split(","))


def _allows(item: str) -> bool:
    name, parameters = media_type(item)
    if name not in RANGES or parameters.get("fhirversion", "") not in FHIR_VERSIONS:
        return False
    return _quality(parameters.get("q", "1")) > 0


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
