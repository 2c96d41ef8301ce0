"""ZAM^Z01: what became of a document, told to whom sent it; and read, of documents we sent. Pure.

CI-SIS "Transmission d'un document CDA en HL7v2", 2.0 and 2.1: MSH, EVN, one OBX whose OBX-4 is the
MSH-10 of the message meant and OBX-5 says Y or N, and an ERR that says why not. 2.0 names tables by
their numbers (HL70136), 2.1 by their names.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from hygie.exchange.routes.departures import Confirmation
from hygie.hl7v2.message import Message
from hygie.hl7v2.writing import DELIMITERS, components, segment, text
from hygie.refusal import Issue

EVENT: Final = "ZAM^Z01"
READ: Final = frozenset({"ZAM^Z01", "ZAM^Z02", "ZAM^Z03"})
RECEIVED: Final = ("ACK_RECEPTION_DMP", "Accusé de réception DMP", "AckMetierZAM")
_TABLES: Final = {
    "2.0": ("HL70136", "HL70357"),
    "2.1": ("expandedYes-NoIndicator", "messageErrorCondition"),
}
_OURS: Final = "HYGIE"
MAX_SENTENCE: Final = 250


def holds_document(message: Message) -> bool:
    """Whether a message is of those that are answered so: MDM, or ORU with a document."""
    if message.type == "MDM":
        return message.event in ("T02", "T04", "T10")
    return message.name == "ORU^R01" and any(o.text(2).upper() == "ED" for o in message.all("OBX"))


def written(
    message: Message, issues: Sequence[Issue], control_id: str, at: datetime, *, filed: bool
) -> bytes:
    """The acknowledgement of `message`: what was filed is received; else the first of `issues` says
    why not. `control_id`: its own MSH-10."""
    header = message.header
    edition = "2.0" if header.text(21).startswith("2.0") else "2.1"
    yes_no, conditions = _TABLES[edition]
    stamp = f"{at:%Y%m%d%H%M%S%z}"
    lines = [
        segment(
            "MSH",
            {
                1: DELIMITERS,  # MSH-2: the separator itself is MSH-1
                2: text(header.text(5) or _OURS),
                3: text(header.text(6)),
                4: text(header.text(3)),
                5: text(header.text(4)),
                6: stamp,
                8: "ZAM^Z01^ZAM_Z01",
                9: text(control_id),
                10: text(header.text(11) or "P"),
                11: "2.6",
                16: "FRA",
                17: "UNICODE UTF-8",
                20: f"{edition}^CISIS_CDA_HL7_V2",
            },
        ),
        segment("EVN", {2: stamp}),
        segment(
            "OBX",
            {
                1: "1",
                2: "CWE",
                3: components(*RECEIVED),
                4: text(message.control_id),
                5: components("Y" if filed else "N", "", yes_no),
                11: "F",
            },
        ),
    ]
    if not filed:
        lines.append(_error(issues, conditions))
    return "".join(f"{line}\r" for line in lines).encode()


def _error(issues: Sequence[Issue], conditions: str) -> str:
    """The rule and the sentence; nothing of the message itself but what the sentence quotes."""
    rule, sentence = "", ""
    if issues:
        rule, sentence = issues[0].rule, issues[0].text("fr")[:MAX_SENTENCE]
    return segment(
        "ERR",
        {
            3: components("207", "Application internal error", conditions),
            4: "E",
            5: components(rule, sentence, _OURS),
        },
    )


def read(message: Message, at: datetime) -> Iterator[tuple[str, Confirmation]]:
    """What a ZAM says, each with the MSH-10 of what it is about."""
    failure = message.first("ERR")
    for obx in message.all("OBX"):
        if not obx.text(3).startswith("ACK_") or not obx.text(4):
            continue
        taken = obx.text(5).upper() == "Y"
        why = ""
        if failure is not None and not taken:
            why = failure.text(5, 2) or failure.text(5) or failure.text(8) or failure.text(3, 2)
        yield (
            obx.text(4),
            Confirmation(message.name, taken, at, obx.text(3)[:60], why[:MAX_SENTENCE]),
        )
