"""The rules of a FHIR message, and its entries (R4 §2.4, §2.36). Pure.

What the definition of Bundle says besides is the validator's; these are told first, with the
sentence that helps most.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from hygie.intake.messaging import phrases
from hygie.intake.messaging.heading import HEADER, event_of, is_standard, read_heading
from hygie.limits import MAX_BUNDLE_ENTRIES
from hygie.refusal import Category, Phrase, Refused, refuse

Json = dict[str, Any]
_NOT_CONTENT: Final = frozenset({
    "AuditEvent", "Basic", "Bundle", "CapabilityStatement", "CodeSystem", "ConceptMap",
    "ImplementationGuide", HEADER, "NamingSystem", "OperationDefinition", "OperationOutcome",
    "Parameters", "SearchParameter", "StructureDefinition", "Subscription",
    "TerminologyCapabilities", "ValueSet",
})  # fmt: skip
"""Parts of messages, answers and requests, and what would change how the house itself works."""


class Entry(msgspec.Struct, frozen=True):
    """One resource of a message. `place`: "Bundle.entry[3]"."""

    place: str
    full_url: str
    resource: Json

    @property
    def type(self) -> str:
        return str(self.resource["resourceType"])


class Message(msgspec.Struct, frozen=True):
    id: str
    header: Entry
    entries: tuple[Entry, ...]
    """All but the header."""
    focus: tuple[str, ...]
    """References, as written."""
    timestamp: str
    """When it was assembled; empty when it does not say."""


def opened(bundle: Mapping[str, Any], declared: Sequence[str]) -> Message:
    """The message; refuses one that cannot be carried out. `declared`: events of its source."""
    listed = bundle.get("entry")
    entries = listed if isinstance(listed, list) else []
    if len(entries) > MAX_BUNDLE_ENTRIES:
        raise refuse(
            Category.TOO_LARGE, "bundle.entries", phrases.TOO_MANY, code="too-long",
            location="Bundle.entry", count=str(len(entries)), limit=str(MAX_BUNDLE_ENTRIES),
        )  # fmt: skip
    read = [_entry(number, one) for number, one in enumerate(entries)]
    if not read or read[0].resource.get("resourceType") != HEADER:
        raise _refused("message.header", phrases.NO_HEADER, "Bundle.entry[0].resource", "required")
    header, rest = read[0], tuple(one for one in read[1:] if one.resource)
    _check_header(bundle, header, declared)
    return Message(
        id=read_heading(bundle).id, header=header, entries=rest, focus=_focus(header),
        timestamp=_text(bundle.get("timestamp")),
    )  # fmt: skip


def _entry(number: int, entry: Any) -> Entry:
    place = f"Bundle.entry[{number}]"
    given = entry if isinstance(entry, dict) else {}
    if "request" in given:
        raise _refused("message.request", phrases.REQUEST, f"{place}.request", "business-rule")
    resource = given.get("resource")
    resource = resource if isinstance(resource, dict) else {}
    kind = resource.get("resourceType")
    if number and isinstance(kind, str) and kind in _NOT_CONTENT:
        raise _refused(
            "message.not-content", phrases.NOT_CONTENT, f"{place}.resource", "not-supported",
            type=kind,
        )  # fmt: skip
    return Entry(place, _text(given.get("fullUrl")), resource)


def _check_header(bundle: Mapping[str, Any], header: Entry, declared: Sequence[str]) -> None:
    place, said = f"{header.place}.resource", header.resource
    if "response" in said:
        response = said["response"]
        code = _text(response.get("code")) if isinstance(response, dict) else ""
        raise _refused(
            "event.acknowledgement", phrases.RESPONSE, f"{place}.response", "not-supported",
            answer=code[:20],
        )  # fmt: skip
    if not is_standard(said) and event_of(said, declared) not in declared:
        raise _refused("event.unknown", phrases.EVENT, f"{place}.event", "not-supported")
    if not read_heading(bundle).id:
        raise _refused("message.no-id", phrases.NO_ID, f"{place}.id", "required")


def _focus(header: Entry) -> tuple[str, ...]:
    listed = header.resource.get("focus")
    focus = listed if isinstance(listed, list) else []
    found = tuple(_text(one.get("reference")) for one in focus if isinstance(one, dict))
    if not any(found):
        raise _refused(
            "message.no-focus", phrases.NO_FOCUS, f"{header.place}.resource.focus", "required"
        )
    return found


def _refused(rule: str, phrase: Phrase, place: str, code: str, **details: str) -> Refused:
    category = Category.UNPROCESSABLE
    return refuse(category, rule, phrase, code=code, location=place, **details)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
