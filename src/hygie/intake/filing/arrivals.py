"""Filing one arrival of any kind within its transaction."""

from hygie.intake.filing.events import file_message
from hygie.intake.filing.reports import file_cda
from hygie.intake.filing.resources import file_resource
from hygie.intake.filing.work import Work
from hygie.intake.inbox import Outcome
from hygie.intake.messaging.filing import file_fhir_message


async def file_arrival(work: Work) -> Outcome:
    """Files what arrived; raises Refused when it cannot be."""
    arrival = work.admission.arrival
    work.source = await work.rooms.named(arrival.source)
    if arrival.issues:  # of one that could be read when it came
        return "quarantined", arrival.issues, ""
    if arrival.message is not None:
        work.warnings += arrival.message.warnings
        state = await file_message(work, await work.adapted(arrival.message))
        return state, tuple(work.warnings), work.subject
    if arrival.resource is not None and arrival.is_message:
        await file_fhir_message(work, arrival.resource)
    elif arrival.resource is not None:
        if not await file_resource(work, arrival.resource):
            return "duplicate", tuple(work.warnings), work.subject
    else:
        await file_cda(work, arrival.raw)
    return "filed", tuple(work.warnings), work.subject
