"""What a message comes to, and what is told of it. Pure, but for the log of a bug."""

import logging
from typing import Final

from hygie.intake import phrases
from hygie.intake.failures import store_lost
from hygie.intake.inbox import Admission, Outcome
from hygie.intake.values import Receipt
from hygie.refusal import Issue, Refused, has_errors

_NOT_FOR_QUARANTINE: Final = frozenset({"event.acknowledgement"})
"""Nobody can repair these: refused, and kept."""
_logger = logging.getLogger(__name__)


def receipt_of(admission: Admission, outcome: Outcome | None = None) -> Receipt:
    """What is told of a message; without `outcome`, as it was admitted."""
    arrival = admission.arrival
    state, issues, _ = outcome or (admission.state, admission.issues, "")
    return Receipt(
        id=admission.id, state=state, kind=arrival.kind, event=arrival.event,
        control_id=arrival.control_id, issues=issues,
        answered="filed" if state == "duplicate" else state, original=admission.original,
    )  # fmt: skip


def refused_outcome(issues: tuple[Issue, ...]) -> Outcome:
    final = bool(issues) and issues[0].rule in _NOT_FOR_QUARANTINE
    final |= any(issue.severity == "fatal" for issue in issues)  # so the policy of the source says
    issues = tuple(sorted(issues, key=_is_remark))  # the first is the reason that is shown
    return "refused" if final else "quarantined", issues, ""


def _is_remark(issue: Issue) -> bool:
    return not has_errors((issue,))


def delayed(error: Exception) -> Outcome:
    """It is safe, and tried again: something around it failed."""
    refused = error if isinstance(error, Refused) else store_lost(error)
    return "received", refused.refusal.issues, ""


def unexpected(error: Exception) -> Outcome:
    """The type of the error is said, its text is not: it may hold health data."""
    name = type(error).__name__
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    line = f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}" if where else ""
    _logger.error("A message could not be filed: %s in %s", name, line)
    issue = Issue(
        severity="fatal", code="exception", rule="intake.unexpected", phrase=phrases.UNEXPECTED,
        details={"error": f"{name} {line}"},
    )  # fmt: skip
    return "quarantined", (issue,), ""
