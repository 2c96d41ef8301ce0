"""An entry as an AuditEvent of R4, by the patterns of IHE BALP 1.1. Pure.

The one who acts is the agent whose `requestor` is true; an application it acts by is another one.
`agent.policy` names the rule that permitted or refused. Nothing is said of what was read.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any, Final
from urllib.parse import quote

from hygie.exchange.traces.coding import DICOM, act_of
from hygie.ledger import AuditRecord
from hygie.purpose import SYSTEM, WORDS, coded
from hygie.trace import AuditEntry, Context

ACCOUNT: Final = "urn:hygie:account"
CLIENT: Final = "urn:hygie:client"
COMPONENT: Final = "urn:hygie:component"
ROLE: Final = "urn:hygie:CodeSystem:role"
PURPOSE: Final = "urn:hygie:CodeSystem:purpose"
"""The house's own words, of before it had HL7's codes."""
RULE: Final = "urn:hygie:rule:"
PATIENT_KEY: Final = "urn:hygie:patient-key"
REQUEST: Final = "urn:hygie:request"
ID: Final = "trace-"
_ENTITY: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_OBJECT_ROLE: Final = "http://terminology.hl7.org/CodeSystem/object-role"
_SOURCE: Final = "http://terminology.hl7.org/CodeSystem/security-source-type"
_PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_REFERENCE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}/[A-Za-z0-9\-.]{1,64}", re.ASCII)
_PLACES: Final = {"account": ACCOUNT, "client": CLIENT, "system": COMPONENT}
Json = dict[str, Any]


def audit_event(record: AuditRecord, patients: Mapping[int, str]) -> Json:
    """`patients`: key -> "Patient/id", of those that are known."""
    entry, act = record.entry, act_of(record.entry.action)
    recorded = record.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event: Json = {
        "resourceType": "AuditEvent",
        "id": f"{ID}{record.seq}",
        "meta": {"versionId": "1", "lastUpdated": recorded},
        "type": act.types,
        "subtype": act.told(entry.action),
        "action": act.action,
        "recorded": recorded,
        "outcome": "4" if entry.outcome == "refused" else "0",
        "purposeOfEvent": [_purpose(entry.purpose)],
        "agent": list(_agents(entry)),
        "source": {
            "observer": {"display": "Hygie"},
            "type": [{"system": _SOURCE, "code": "4", "display": "Application Server"}],
        },
    }
    if entry.outcome == "refused" and entry.reason:
        event["outcomeDesc"] = _text(entry.reason)
    entities = list(_entities(entry, patients))
    return event | {"entity": entities} if entities else event


def _agents(entry: AuditEntry) -> Iterator[Json]:
    context = entry.context
    yield _actor(context) | ({"policy": [RULE + quote(entry.reason)]} if entry.reason else {})
    if context.application:
        yield _client(context.application) | {"requestor": False}


def _actor(context: Context) -> Json:
    agent: Json = {"who": {"identifier": _identifier(_PLACES[context.kind], context.actor)}}
    if context.kind == "client":
        agent = _client(context.actor)
    elif context.kind == "account":
        coding = {"system": _PARTICIPATION, "code": "IRCP", "display": "information recipient"}
        agent = {"type": {"coding": [coding]}} | agent | {"altId": _text(context.actor)}
    if context.role:
        agent["role"] = [{"coding": [{"system": ROLE, "code": _code(context.role)}]}]
    agent["requestor"] = True
    if context.address:
        agent["network"] = {"address": _text(context.address), "type": "2"}
    return agent


def _client(name: str) -> Json:
    coding = {"system": DICOM, "code": "110153", "display": "Source Role ID"}
    return {"type": {"coding": [coding]}, "who": {"identifier": _identifier(CLIENT, name)}}


def _entities(entry: AuditEntry, patients: Mapping[int, str]) -> Iterator[Json]:
    """The patient; what it was about, by its address; or what was asked."""
    detail = entry.detail
    patient = patients.get(entry.patient, "")
    if entry.patient:
        what = {"reference": patient} if patient else {
            "type": "Patient", "identifier": _identifier(PATIENT_KEY, str(entry.patient)),
        }  # fmt: skip
        yield {"what": what, "type": _coding(_ENTITY, "1", "Person"),
               "role": _coding(_OBJECT_ROLE, "1", "Patient")}  # fmt: skip
    if _REFERENCE.fullmatch(detail) and detail.startswith(entry.type + "/"):
        yield {"what": {"reference": detail}, "type": _coding(_ENTITY, "2", "System Object"),
               "role": _coding(_OBJECT_ROLE, "4", "Domain Resource")}  # fmt: skip
    elif detail and detail != patient:
        yield {"type": _coding(_ENTITY, "2", "System Object"),
               "role": _coding(_OBJECT_ROLE, "24", "Query"),
               "query": b64encode(detail.encode()).decode()}  # fmt: skip
    if entry.context.request:
        yield {"what": {"identifier": _identifier(REQUEST, entry.context.request)},
               "type": _coding(_ENTITY, "4", "Other")}  # fmt: skip


def _purpose(purpose: str) -> Json:
    code = coded(purpose)
    codings = []
    if code in WORDS:
        codings.append(_coding(SYSTEM, code, WORDS[code].code))
    if code != purpose or not codings:
        codings.append({"system": PURPOSE, "code": _code(purpose)})
    return {"coding": codings}


def _code(text: str) -> str:
    """`text` as a code of R4: without spaces at its ends or in a row."""
    return " ".join(text.split()) or "-"


def _text(text: str) -> str:
    return text.strip() or "-"


def _identifier(system: str, value: str) -> Json:
    return {"system": system, "value": _text(value)}


def _coding(system: str, code: str, display: str) -> Json:
    return {"system": system, "code": code, "display": display}
