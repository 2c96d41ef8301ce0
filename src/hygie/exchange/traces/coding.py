"""What each act is, in the words of DICOM (PS3.16, CID 400 to 403) and of FHIR. Pure."""

from typing import Any, Final, NamedTuple

from hygie.trace import Action

DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
REST: Final = "http://hl7.org/fhir/restful-interaction"
EVENTS: Final = "http://terminology.hl7.org/CodeSystem/audit-event-type"
OWN: Final = "urn:hygie:CodeSystem:act"
"""The house's own names of acts: every event says one."""
Json = dict[str, Any]


class Act(NamedTuple):
    """`action`: C(reate), R(ead), U(pdate), D(elete), E(xecute)."""

    type: tuple[str, str, str]
    action: str
    subtypes: tuple[tuple[str, str, str], ...] = ()

    @property
    def types(self) -> Json:
        return _coding(*self.type)

    def told(self, act: Action) -> list[Json]:
        return [*(_coding(*one) for one in self.subtypes), _coding(OWN, act, act)]


_REST = (EVENTS, "rest", "RESTful Operation")
_SECURITY = (DICOM, "110113", "Security Alert")
_SIGNING = (DICOM, "110114", "User Authentication")
_ACTIVITY = (DICOM, "110100", "Application Activity")
_ATTRIBUTES = (DICOM, "110137", "User Security Attributes Changed")
_ROLES = (DICOM, "110136", "Security Roles Changed")
_LOG_USED = (DICOM, "110101", "Audit Log Used")


def _interaction(code: str, action: str) -> Act:
    return Act(_REST, action, ((REST, code, code),))


def _alert(action: str, kind: tuple[str, str, str]) -> Act:
    return Act(_SECURITY, action, (kind,))


ACTIVITY: Final = Act(_ACTIVITY, "E")
"""Of an act that neither vocabulary has a word for."""
ACTS: Final[dict[str, Act]] = {
    "create": _interaction("create", "C"),
    "read": _interaction("read", "R"),
    "vread": _interaction("vread", "R"),
    "update": _interaction("update", "U"),
    "delete": _interaction("delete", "D"),
    "history": _interaction("history", "R"),
    "search": _interaction("search", "E"),
    "everything": _interaction("operation", "E"),
    "view": Act(_REST, "R"),
    "refused": _alert("E", (DICOM, "110132", "Use of Restricted Function")),
    "sign-in": Act(_SIGNING, "E", ((DICOM, "110122", "Login"),)),
    "sign-out": Act(_SIGNING, "E", ((DICOM, "110123", "Logout"),)),
    "switch": Act(_SIGNING, "E"),
    "step-up": Act(_SIGNING, "E"),
    "break-glass": _alert("E", (DICOM, "110127", "Emergency Override Started")),
    "end-break-glass": _alert("E", (DICOM, "110138", "Emergency Override Stopped")),
    "show-contents": _alert("E", (DICOM, "110127", "Emergency Override Started")),
    "change-rights": _alert("U", _ROLES),
    "create-account": _alert("C", _ATTRIBUTES),
    "change-account": _alert("U", _ATTRIBUTES),
    "invite": _alert("C", _ATTRIBUTES),
    "import-accounts": _alert("C", _ATTRIBUTES),
    "synchronise": _alert("U", _ATTRIBUTES),
    "enrol-factor": _alert("C", _ATTRIBUTES),
    "remove-factor": _alert("D", _ATTRIBUTES),
    "reset-factor": _alert("D", _ATTRIBUTES),
    "renew-recovery-codes": _alert("U", _ATTRIBUTES),
    "create-token": _alert("C", _ATTRIBUTES),
    "revoke-token": _alert("D", _ATTRIBUTES),
    "register-client": _alert("C", _ATTRIBUTES),
    "change-client": _alert("U", _ATTRIBUTES),
    "grant": _alert("C", _ATTRIBUTES),
    "revoke-grant": _alert("D", _ATTRIBUTES),
    "rotate-key": _alert("U", (DICOM, "110129", "Security Configuration")),
    "destroy-key": _alert("D", (DICOM, "110129", "Security Configuration")),
    "export": Act((DICOM, "110106", "Export"), "R"),
    "ask-advice": Act((DICOM, "110106", "Export"), "R"),
    "import": Act((DICOM, "110107", "Import"), "C"),
    "read-audit": Act(_LOG_USED, "R"),
    "export-audit": Act(_LOG_USED, "R"),
}


def act_of(action: str) -> Act:
    return ACTS.get(action, ACTIVITY)


def _coding(system: str, code: str, display: str) -> Json:
    return {"system": system, "code": code, "display": display}
