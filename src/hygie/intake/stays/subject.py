"""Whose stay it is, when it was moved from one patient to another (A44). Pure."""

from collections.abc import Iterator
from typing import Any, Final

from hygie.fhir.french.facts import instant

Json = dict[str, Any]
MOVED: Final = "urn:hygie:moved"
"""Extension of Encounter: `from` a patient, `recorded` when."""


def moved(stay: Json, subject: str, recorded: str) -> Json:
    """The stay, now of `subject`; whose it was stays written."""
    parts = [
        {"url": "from", "valueReference": stay["subject"]},
        {"url": "recorded", "valueInstant": recorded},
    ]
    extensions = [*stay.get("extension", []), {"url": MOVED, "extension": parts}]
    return {**stay, "subject": {"reference": subject}, "extension": extensions}


def was_of(stay: Json, subject: str, recorded: str) -> bool:
    """True when a message recorded then may rightly name that patient."""
    return any(
        former == subject and instant(recorded) <= instant(until)
        for former, until in _formers(stay)
    )


def _formers(stay: Json) -> Iterator[tuple[str, str]]:
    for extension in stay.get("extension", []):
        if extension.get("url") == MOVED:
            parts = {part["url"]: part for part in extension["extension"]}
            former = parts["from"]["valueReference"]
            yield former.get("reference", ""), parts["recorded"]["valueInstant"]
