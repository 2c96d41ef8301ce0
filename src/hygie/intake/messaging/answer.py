"""The response to a FHIR message (R4 §2.4.4; MessageHeader.response). Pure.

The same message has the same response, byte for byte: nothing in it but what became of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from uuid import NAMESPACE_URL, uuid5

from hygie.fhir.outcome import operation_outcome
from hygie.intake.messaging.heading import header_of, read_heading
from hygie.intake.values import Receipt, State
from hygie.refusal import Issue, Language

Json = dict[str, Any]
Code = Literal["ok", "transient-error", "fatal-error"]
_FILED: Final[tuple[State, ...]] = ("filed", "kept")
_WISHES: Final = "http://hl7.org/fhir/StructureDefinition/messageheader-response-request"
_NO_EVENT: Final = "urn:hygie:message-event:unknown"
_MAX_COPIED: Final = 255


def code_of(receipt: Receipt) -> Code | None:
    """None while it is only received: it is safe, and nothing more is known of it."""
    state = receipt.answered if receipt.state == "duplicate" else receipt.state
    if state == "received":
        return None
    return "ok" if state in _FILED else "fatal-error"


def is_wanted(bundle: Mapping[str, Any], code: Code) -> bool:
    """Whether the sender asks for a response of this code (extension response-request)."""
    extensions = header_of(bundle).get("extension")
    for one in extensions if isinstance(extensions, list) else ():
        if isinstance(one, dict) and one.get("url") == _WISHES:
            wish = one.get("valueCode")
            return wish not in ("never", "on-error" if code == "ok" else "on-success")
    return True


def response(
    bundle: Mapping[str, Any], base: str, code: Code, entry: int, issues: Sequence[Issue],
    language: Language,
) -> Json:  # fmt: skip
    """The answering Bundle. `entry`: of the inbox, that of the first time; `base`: the address of
    this server. With an OperationOutcome where there is something to tell."""
    heading = read_heading(bundle)
    key = f"{entry}/{heading.endpoint}/{heading.id}/{code}"
    header_id, outcome_id, bundle_id = (
        str(uuid5(NAMESPACE_URL, f"urn:hygie:{part}:{key}"))
        for part in ("response", "outcome", "bundle")
    )
    answered: Json = {"identifier": heading.id, "code": code}
    entries = []
    if issues:
        answered["details"] = {"reference": f"urn:uuid:{outcome_id}"}
        outcome = operation_outcome(issues, language)
        told = {"resourceType": "OperationOutcome", "id": outcome_id} | outcome
        entries.append({"fullUrl": f"urn:uuid:{outcome_id}", "resource": told})
    header = {
        "resourceType": "MessageHeader",
        "id": header_id,
        **_event(bundle),
        **_destination(heading.endpoint, heading.name),
        "source": {"name": "Hygie", "endpoint": f"{base}/$process-message"},
        "response": answered,
    }
    first = {"fullUrl": f"urn:uuid:{header_id}", "resource": header}
    return {
        "resourceType": "Bundle", "id": bundle_id, "type": "message", "entry": [first, *entries],
    }  # fmt: skip


def _event(bundle: Mapping[str, Any]) -> Json:
    """That of the message, as far as it can be said again."""
    header = header_of(bundle)
    coding = header.get("eventCoding")
    if isinstance(coding, dict) and _is_plain(coding.get("code")):
        system = coding.get("system")
        named = {"system": system} if _is_plain(system) else {}
        return {"eventCoding": {**named, "code": coding["code"]}}
    uri = header.get("eventUri")
    return {"eventUri": uri if _is_plain(uri) else _NO_EVENT}


def _destination(endpoint: str, name: str) -> Json:
    if not _is_plain(endpoint):
        return {}
    return {"destination": [({"name": name} if _is_plain(name) else {}) | {"endpoint": endpoint}]}


def _is_plain(value: object) -> bool:
    """A text that may be copied into an answer."""
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_COPIED:
        return False
    return value.isprintable() and not any(character.isspace() for character in value)
