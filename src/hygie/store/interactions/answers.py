"""What entries of a batch or transaction came to, as answers."""

import logging
from typing import Final

from hygie.fhir.codec import encode
from hygie.fhir.outcome import operation_outcome
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.refusal import Category, Refused, refuse
from hygie.store.interactions import messages
from hygie.store.interactions.bundles import Answer
from hygie.store.interactions.faults import fault_issue, trace_of
from hygie.store.interactions.interaction import Written
from hygie.store.interactions.manner import Manner
from hygie.store.outages import outage

LOGGER: Final = logging.getLogger("hygie.store.interactions")
FAULT: Final = 500


class Room:
    """How much the reads of one bundle may still give out; else one request could fill memory."""

    def __init__(self) -> None:
        self._left = MAX_BUNDLE_BYTES

    def take(self, answer: Answer) -> Answer:
        """The answer. Raises `Refused` (TOO_LARGE) when it is one too many."""
        if len(answer.resource) > self._left:
            raise refuse(
                Category.TOO_LARGE,
                "bundle.answer-size",
                messages.ANSWER_TOO_LARGE,
                code="too-long",
                limit=str(MAX_BUNDLE_BYTES),
            )
        self._left -= len(answer.resource)
        return answer


def written_answer(written: Written, manner: Manner) -> Answer:
    stored = written.stored
    if written.interaction.verb == "delete":
        return Answer(status=204, stored=stored)
    wanted = manner.representation and manner.shown(written.interaction.type)
    return Answer(
        status=201 if written.created else 200,
        stored=stored,
        resource=stored.body if wanted and stored is not None else b"",
    )


def refused_answer(refused: Refused, manner: Manner) -> Answer:
    refusal = refused.refusal
    outcome = encode(operation_outcome(refusal.issues, manner.language))
    return Answer(status=refusal.category.value, outcome=outcome)


def fault_answer(fault: Exception, request: str, manner: Manner) -> Answer:
    """An entry that met a bug does not take the other entries of its batch with it; nor does one
    that came while the database was away."""
    busy = outage(fault)
    if busy is not None:
        return refused_answer(Refused(busy), manner)
    LOGGER.error("fault in a batch entry, request %s: %s", request, trace_of(fault))
    return Answer(
        status=FAULT, outcome=encode(operation_outcome([fault_issue(request)], manner.language))
    )
