"""The answer to an HL7 v2 message: MSH, MSA, ERR (v2.5 §2.9.2, §2.15). Pure.

AA: filed, or kept where nothing is filed of its event. AE: in quarantine, a person will look at it:
do not send it again unchanged.
AR: of a type, version or form that is not accepted. A duplicate is answered as its original.
"""

from datetime import datetime
from typing import Final

from hygie.hl7v2.charsets import decode
from hygie.hl7v2.delimiters import STANDARD, Delimiters, read_delimiters
from hygie.hl7v2.escapes import escape
from hygie.hl7v2.message import Dialect, Segment
from hygie.hl7v2.parse import strip_frame
from hygie.intake.values import Receipt
from hygie.refusal import Issue, Refused

MAX_ERRORS: Final = 10
_REJECTED: Final = frozenset(
    ("event.unknown", "event.acknowledgement", "intake.unsupported-kind", "intake.empty")
)
_SEVERITIES: Final = {"fatal": "F", "error": "E", "warning": "W", "information": "I"}
_CODES: Final = {
    "hl7.segment-missing": ("100", "Segment sequence error"),
    "hl7.field-missing": ("101", "Required field missing"),
    "hl7.time": ("102", "Data type error"),
    "result.number": ("102", "Data type error"),
    "person.sex": ("103", "Table value not found"),
    "result.status": ("103", "Table value not found"),
    "event.unknown": ("201", "Unsupported event code"),
    "event.acknowledgement": ("200", "Unsupported message type"),
    "hl7.version": ("203", "Unsupported version id"),
    "merge.unknown-patient": ("204", "Unknown key identifier"),
    "movement.unknown": ("204", "Unknown key identifier"),
    "document.unknown": ("204", "Unknown key identifier"),
    "intake.control-id-reused": ("205", "Duplicate key identifier"),
}
"""Rule -> HL7 table 0357."""
_OTHER: Final = ("207", "Application internal error")


def acknowledgement(raw: bytes, receipt: Receipt, now: datetime) -> bytes:
    """The acknowledgement of `raw`, segments ended by CR, in the sender's character set."""
    header, encoding = _header(raw)
    delimiters = header.dialect.delimiters
    code = _code(receipt)
    errors = receipt.issues[:MAX_ERRORS]
    segments = [
        _msh(header, receipt, now),
        ["MSA", code, header.raw(10), *([] if code == "AA" else [_text(receipt)])],
        *(_err(issue, delimiters) for issue in errors),
    ]
    lines = (delimiters.field.join(segment).rstrip(delimiters.field) for segment in segments)
    return "".join(f"{line}\r" for line in lines).encode(encoding, errors="replace")


def _code(receipt: Receipt) -> str:
    state = receipt.answered if receipt.state == "duplicate" else receipt.state
    if state in ("filed", "kept", "received"):
        return "AA"
    rejected = any(
        issue.rule in _REJECTED or issue.rule.startswith("hl7.") for issue in receipt.issues
    )
    return "AR" if rejected or state == "refused" else "AE"


def _header(raw: bytes) -> tuple[Segment, str]:
    """The header as far as it can be read, and the character set to answer in."""
    raw = strip_frame(raw)
    try:
        decoded = decode(raw)
        text, encoding = decoded.text, decoded.encoding
    except Refused:
        text, encoding = raw.decode("latin-1"), "utf-8"
    line = text.replace("\n", "\r").split("\r", 1)[0]
    try:
        delimiters = read_delimiters(line) if line.startswith("MSH") else None
    except Refused:
        delimiters = None
    if delimiters is None:
        return Segment("MSH", ("MSH",), "MSH", Dialect(STANDARD)), "utf-8"
    cut = line.split(delimiters.field)
    fields = ("MSH", delimiters.field, *cut[1:])
    return Segment("MSH", fields, "MSH", Dialect(delimiters, encoding)), encoding


def _msh(header: Segment, receipt: Receipt, now: datetime) -> list[str]:
    """Sender and receiver change places; version, country and character set stay."""
    delimiters = header.dialect.delimiters
    event = delimiters.component.join(part for part in ("ACK", header.text(9, 2), "ACK") if part)
    fields = {
        2: delimiters.encoding_characters,
        3: header.raw(5), 4: header.raw(6), 5: header.raw(3), 6: header.raw(4),
        7: now.strftime("%Y%m%d%H%M%S%z"),
        9: event,
        10: f"HYGIE{receipt.id}",
        11: header.raw(11) or "P",
        12: header.raw(12) or "2.5",
        17: header.raw(17),
        18: header.raw(18),
    }  # fmt: skip
    return ["MSH", *(fields.get(number, "") for number in range(2, 19))]


def _text(receipt: Receipt) -> str:
    """MSA-3: the rule, which holds no data of the patient; the sentence is in ERR-8."""
    return receipt.issues[0].rule if receipt.issues else ""


def _err(issue: Issue, delimiters: Delimiters) -> list[str]:
    join = delimiters.component.join
    number, label = _CODES.get(issue.rule, _OTHER)
    severity = _SEVERITIES[issue.severity]
    code = join((number, label, "HL70357"))
    sentence = escape(issue.text("fr")[:240], delimiters)
    return ["ERR", "", _location(issue.location, delimiters), code, severity, "", "", "", sentence]


def _location(place: str, delimiters: Delimiters) -> str:
    """ERL: segment, its rank, field, repetition, component ("PID-3[2].1": PID^1^3^2^1)."""
    segment, _, rest = place.partition("-")
    name, _, rank = segment.partition("[")
    if len(name) != 3 or not name.isupper():
        return ""
    field, _, component = rest.partition(".")
    number, _, repetition = field.partition("[")
    parts = [name, rank.rstrip("]") or "1", number, repetition.rstrip("]"), component]
    while parts and not parts[-1]:
        parts.pop()
    return delimiters.component.join(parts)
