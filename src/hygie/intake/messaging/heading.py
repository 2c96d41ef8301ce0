"""What can be said of a FHIR message at a glance, whatever its form. Pure.

Nothing is believed of what arrived: each step looks first whether it is what it should be.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from hygie.identity.ins import is_ins_oid
from hygie.limits.gateway import MAX_MESSAGE_LANES

Json = dict[str, Any]

MESSAGE: Final = "message"
HEADER: Final = "MessageHeader"
EVENT_CODES: Final = "http://terminology.hl7.org/CodeSystem/message-events"
"""The events that R4 itself names (§5.3, code system message-events)."""
FILED: Final = frozenset({
    "admin-notify", "communication-request", "diagnosticreport-provide", "observation-provide",
    "MedicationAdministration-Complete", "MedicationAdministration-Nullification",
    "MedicationAdministration-Recording", "MedicationAdministration-Update",
})  # fmt: skip
"""Of these, those that tell of data. The others ask a question, or for a link of identities."""
UNKNOWN: Final = "?"
LOCAL_TYPES: Final = frozenset({"PI", "MR", "PT"})
"""Types of identifiers (HL7 table 0203) that a house gives its patients."""
_OID: Final = "urn:oid:"
_NOT_OURS: Final = "urn:hygie:"
_UUID: Final = "urn:uuid:"
_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class Heading(msgspec.Struct, frozen=True):
    """Empty where the message does not say."""

    event: str
    """"message^observation-provide"; "message^?" for one that is not known."""
    id: str
    """MessageHeader.id; else the UUID of its fullUrl."""
    endpoint: str
    name: str
    """MessageHeader.source: where it comes from, and what that calls itself."""
    lanes: tuple[str, ...]
    """Local identifiers of the patients inside, as those of an HL7 v2 message."""


def is_message(resource: object) -> bool:
    return (
        isinstance(resource, dict)
        and resource.get("resourceType") == "Bundle"
        and resource.get("type") == MESSAGE
    )


def header_of(bundle: Mapping[str, Any]) -> Json:
    """The MessageHeader; empty when the first entry is none."""
    first = next(_resources(bundle), {})
    return first if first.get("resourceType") == HEADER else {}


def read_heading(bundle: Mapping[str, Any], declared: Sequence[str] = ()) -> Heading:
    """`declared`: the events that its source is declared to send."""
    header = header_of(bundle)
    source = header.get("source")
    source = source if isinstance(source, dict) else {}
    return Heading(
        event=event_of(header, declared),
        id=_id(bundle, header),
        endpoint=_text(source.get("endpoint")),
        name=_text(source.get("name")),
        lanes=_lanes(bundle),
    )


def event_of(header: Mapping[str, Any], declared: Sequence[str]) -> str:
    """The name is written plainly in the inbox: only what R4 or a person has named is."""
    coding = header.get("eventCoding")
    code = coding.get("code") if isinstance(coding, dict) else header.get("eventUri")
    name = f"{MESSAGE}^{code}"
    if name in declared or is_standard(header):
        return name
    return f"{MESSAGE}^{UNKNOWN}"


def is_standard(header: Mapping[str, Any]) -> bool:
    """Whether it is an event of R4 that tells of data."""
    coding = header.get("eventCoding")
    if not isinstance(coding, dict) or coding.get("system") != EVENT_CODES:
        return False
    code = coding.get("code")
    return isinstance(code, str) and code in FILED


def is_local(identifier: Mapping[str, Any]) -> bool:
    """Whether an identifier is one that a house gives: of such a type, or of none."""
    system, value = identifier.get("system"), identifier.get("value")
    if not (isinstance(system, str) and system and isinstance(value, str) and value):
        return False
    if identifier.get("use") == "old" or system.startswith(_NOT_OURS):
        return False
    codes = _codes(identifier)
    return not is_ins_oid(system.removeprefix(_OID)) and (not codes or bool(codes & LOCAL_TYPES))


def _codes(identifier: Mapping[str, Any]) -> set[str]:
    kind = identifier.get("type")
    codings = kind.get("coding") if isinstance(kind, dict) else None
    found = codings if isinstance(codings, list) else []
    return {one["code"] for one in found if isinstance(one, dict) and _text(one.get("code"))}


def _id(bundle: Mapping[str, Any], header: Json) -> str:
    entries = bundle.get("entry")
    if not header or not isinstance(entries, list):
        return ""
    url = _text(entries[0].get("fullUrl"))
    found = _text(header.get("id")) or (url.removeprefix(_UUID) if url.startswith(_UUID) else "")
    return found if _ID.fullmatch(found) else ""


def _lanes(bundle: Mapping[str, Any]) -> tuple[str, ...]:
    """None where there are too many to be kept one by one."""
    found: dict[str, None] = {}
    for resource in _resources(bundle):
        if resource.get("resourceType") == "Patient":
            identifiers = resource.get("identifier")
            for one in identifiers if isinstance(identifiers, list) else ():
                if isinstance(one, dict) and is_local(one):
                    found[f"{one['system']}|{one['value']}"] = None
    return tuple(found) if len(found) <= MAX_MESSAGE_LANES else ()


def _resources(bundle: Mapping[str, Any]) -> Iterator[Json]:
    entries = bundle.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        yield resource if isinstance(resource, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
