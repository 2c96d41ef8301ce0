"""The answers to an HL7 v2 message: MSH, MSA, ERR (v2.5 §2.9, §2.15). Pure.

Of the application: AA: filed, or kept where nothing is filed of its event; or received, which an
ERR of severity I then says: it will be filed. AE: in quarantine, a person will look at it: do not
send it again unchanged. AR: of a type, version or form that is not accepted. A duplicate is
answered as its original.

Of the reception (enhanced mode): CA: safe. CR: not of a version, type or form that is accepted.
"""

from datetime import datetime
from typing import Final

from hygie.intake import phrases
from hygie.intake.error_segments import errors
from hygie.intake.heading import Heading, read_heading
from hygie.intake.values import Receipt, State
from hygie.refusal import Issue

_REJECTED: Final = frozenset(
    (
        "event.unknown", "event.not-allowed", "event.acknowledgement", "intake.unsupported-kind",
        "intake.empty",
    )
)  # fmt: skip
_SAFE: Final = Issue(
    severity="information", code="informational", rule="intake.received",
    phrase=phrases.RECEIVED,
)  # fmt: skip


def acknowledgement(raw: bytes | Heading, receipt: Receipt, now: datetime) -> bytes:
    """The application's, in the version and the character set of what it answers; segments ended
    by CR. `raw`: the message, or its heading."""
    heading = raw if isinstance(raw, Heading) else read_heading(raw)
    issues = (_SAFE,) if _state(receipt) == "received" else receipt.issues
    return _written(heading, receipt, now, (application_code(receipt), "", issues))


def accept_acknowledgement(heading: Heading, receipt: Receipt, now: datetime) -> bytes:
    """That of the reception (enhanced mode)."""
    code = accept_code(receipt)
    issues = () if code == "CA" else receipt.issues
    return _written(heading, receipt, now, (code, "C", issues))


def application_code(receipt: Receipt) -> str:
    """AA, AE or AR."""
    if _state(receipt) in ("filed", "kept", "received"):
        return "AA"
    return "AR" if _is_rejected(receipt) or receipt.state == "refused" else "AE"


def accept_code(receipt: Receipt) -> str:
    """CA or CR, by what is known once the message is committed."""
    decided = receipt.state in ("quarantined", "refused")
    return "CR" if decided and application_code(receipt) == "AR" else "CA"


def _state(receipt: Receipt) -> State:
    return receipt.answered if receipt.state == "duplicate" else receipt.state


def _is_rejected(receipt: Receipt) -> bool:
    return any(issue.rule in _REJECTED or issue.rule.startswith("hl7.") for issue in receipt.issues)


def _written(
    heading: Heading, receipt: Receipt, now: datetime, said: tuple[str, str, tuple[Issue, ...]]
) -> bytes:
    code, mark, issues = said
    separator = heading.delimiters.field
    text = issues[0].rule if issues and (code != "AA" or issues[0] is _SAFE) else ""
    segments = [
        _msh(heading, f"HYGIE{receipt.id}{mark}", now),
        ["MSA", code, heading.header.raw(10), text],
        *errors(issues, heading),
    ]
    lines = (separator.join(segment).rstrip(separator) for segment in segments)
    return "".join(f"{line}\r" for line in lines).encode(heading.encoding, errors="replace")


def _msh(heading: Heading, control_id: str, now: datetime) -> list[str]:
    """Sender and receiver change places; version, country and character set stay. What is itself
    an answer asks for none."""
    header, delimiters = heading.header, heading.delimiters
    fields = {
        2: delimiters.encoding_characters,
        3: header.raw(5), 4: header.raw(6), 5: header.raw(3), 6: header.raw(4),
        7: now.strftime("%Y%m%d%H%M%S%z"),
        9: _type(heading),
        10: control_id,
        11: header.raw(11) or "P",
        12: header.raw(12) or "2.5",
        15: "NE" if heading.is_enhanced else "", 16: "NE" if heading.is_enhanced else "",
        17: header.raw(17),
        18: header.raw(18),
    }  # fmt: skip
    return ["MSH", *(fields.get(number, "") for number in range(2, 19))]


def _type(heading: Heading) -> str:
    """MSH-9 has an event since version 2.2, a structure since 2.3.1."""
    event = heading.header.text(9, 2)
    if not event or heading.version < (2, 2):
        return "ACK"
    parts = ("ACK", event) if heading.version < (2, 3, 1) else ("ACK", event, "ACK")
    return heading.delimiters.component.join(parts)
