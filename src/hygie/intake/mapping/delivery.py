"""ZAM^Z01, Z02, Z03: what became of a document that was sent on, at the DMP or by MSSanté. Pure.

CI-SIS "Transmission d'un document CDA en HL7v2" 2.0 and 2.1: each OBX says, of the message whose
control id stands in OBX-4, whether it was received (DMP, MSSanté) or read (MSSanté); an ERR says
why not. It is business news about what was sent: nothing of it goes into a record.
"""

from collections.abc import Iterator
from typing import Final

from hygie.hl7v2.message import Message, Segment
from hygie.intake.mapping import phrases
from hygie.refusal import Issue

DELIVERIES: Final = ("ZAM^Z01", "ZAM^Z02", "ZAM^Z03")
_SAID: Final = {
    "ACK_RECEPTION_DMP": "delivery.dmp",
    "ACK_RECEPTION_MSS": "delivery.mailbox",
    "ACK_LECTURE_MSS": "delivery.read",
}


def delivery(message: Message) -> Iterator[Issue]:
    """What the message says: an information for each yes, a warning for each no."""
    failure = message.first("ERR")
    for obx in message.all("OBX"):
        if rule := _SAID.get(obx.text(3)):
            yield _issue(obx, rule, failure)


def _issue(obx: Segment, rule: str, failure: Segment | None) -> Issue:
    done = obx.text(5).upper() == "Y"
    why = (failure.text(5, 2) or failure.text(5) or failure.text(8)) if failure and not done else ""
    return Issue(
        severity="information" if done else "warning",
        code="informational" if done else "processing",
        rule=rule,
        phrase=phrases.DELIVERED if done else phrases.NOT_DELIVERED,
        location=obx.where,
        details={"about": obx.text(4)[:60], "what": obx.text(3, 2)[:80], "why": why[:120]},
    )
