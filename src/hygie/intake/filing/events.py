"""Which event does what: the table docs/hl7v2.md is written from."""

from collections.abc import Awaitable, Callable
from typing import Final

from hygie.fhir.french import kinds
from hygie.hl7v2.events import is_standard, whole_name
from hygie.hl7v2.message import Message
from hygie.intake import phrases
from hygie.intake.filing.appointments import file_appointment
from hygie.intake.filing.identities import file_excluded_update, file_identity
from hygie.intake.filing.links import file_link, file_unlink
from hygie.intake.filing.merges import MERGES, file_merge
from hygie.intake.filing.orders import file_orders
from hygie.intake.filing.prescriptions import (
    file_administrations,
    file_dispenses,
    file_prescriptions,
)
from hygie.intake.filing.reattributions import file_reattribution
from hygie.intake.filing.renumbering import file_renumbering
from hygie.intake.filing.reports import file_notification, file_notified_status, file_results
from hygie.intake.filing.stays import file_movement
from hygie.intake.filing.surroundings import file_surroundings
from hygie.intake.filing.vaccinations import file_vaccinations
from hygie.intake.filing.work import Work
from hygie.intake.mapping.delivery import DELIVERIES, delivery
from hygie.intake.values import State
from hygie.refusal import Category, Issue, Phrase, Refused, refuse

Filing = Callable[[Work, Message], Awaitable[None]]

UNDERSTOOD: Final = frozenset(("ZBE", "ZFA", "ZFD", "ZFM", "ZFP", "ZFV"))
"""Segments of PAM-FR."""
ACKNOWLEDGEMENTS: Final = ("ACK", "MCF")
APPOINTMENTS: Final = tuple(f"SIU^S{number}" for number in (*range(12, 23), 26))
RESULTS: Final = (
    "ORU^R01", "ORU^R30", "ORU^R31", "ORU^R32", "ORU^R40",
    "OUL^R21", "OUL^R22", "OUL^R23", "OUL^R24",
)  # fmt: skip
EVENTS: Final[dict[str, Filing]] = {
    **{f"ADT^{event}": file_movement for event in kinds.EVENTS},
    "ADT^A08": file_excluded_update,
    "ADT^A28": file_identity,
    "ADT^A31": file_identity,
    **{f"ADT^{event}": file_merge for event in MERGES},
    "ADT^A24": file_link,
    "ADT^A37": file_unlink,
    "ADT^A44": file_reattribution,
    "ADT^A45": file_reattribution,
    "ADT^A47": file_renumbering,
    **dict.fromkeys(RESULTS, file_results),
    "ORM^O01": file_orders,
    "OML^O21": file_orders,
    "OML^O33": file_orders,
    "OML^O35": file_orders,
    "OMG^O19": file_orders,
    **dict.fromkeys(APPOINTMENTS, file_appointment),
    "VXU^V04": file_vaccinations,
    **dict.fromkeys(("RDE^O01", "RDE^O11", "RDE^O25", "OMP^O09"), file_prescriptions),
    **dict.fromkeys(("RDS^O01", "RDS^O13"), file_dispenses),
    **dict.fromkeys(("RAS^O01", "RAS^O17"), file_administrations),
    **dict.fromkeys(("MDM^T02", "MDM^T04", "MDM^T06", "MDM^T08", "MDM^T10"), file_notification),
    **dict.fromkeys(("MDM^T03", "MDM^T07", "MDM^T11"), file_notified_status),
}


async def file_message(work: Work, message: Message) -> State:
    """Files a message within the work's transaction: "filed", or "kept" when nothing is filed of
    its event. Raises Refused when it cannot be."""
    name = whole_name(message.name)
    filing = EVENTS.get(name)
    if filing is not None:
        await filing(work, message)
        if message.type == "ADT":
            await file_surroundings(work, message)
        await work.finish()
        work.warnings += _unread(message)
        return "filed"
    if message.type in ACKNOWLEDGEMENTS:
        raise _refused("event.acknowledgement", phrases.ACKNOWLEDGEMENT, message)
    if is_standard(name):
        return "kept"
    if name in DELIVERIES:
        work.warnings += delivery(message)
        return "kept"
    raise _refused("event.unknown", phrases.UNKNOWN_EVENT, message)


def _unread(message: Message) -> list[Issue]:
    """Tells of Z-segments that nothing reads: they stay with the message."""
    names = {s.name for s in message.segments if s.name[0] == "Z"} - UNDERSTOOD
    if not names:
        return []
    return [Issue(
        severity="information", code="informational", rule="segment.kept",
        phrase=phrases.UNREAD_SEGMENTS, details={"names": ", ".join(sorted(names))},
    )]  # fmt: skip


def _refused(rule: str, phrase: Phrase, message: Message) -> Refused:
    return refuse(
        Category.UNSUPPORTED, rule, phrase, code="not-supported", location="MSH-9",
        event=message.name[:20],
    )  # fmt: skip
