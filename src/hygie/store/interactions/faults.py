"""Bugs and broken infrastructure: what may be said of them, and to whom."""

from hygie.refusal import Issue
from hygie.store.interactions import messages


def fault_issue(request: str) -> Issue:
    return Issue(
        severity="fatal",
        code="exception",
        rule="server.fault",
        phrase=messages.FAULT,
        details={"request": request},
    )


def trace_of(fault: BaseException) -> str:
    """Type and places of an exception, never its text: that may quote data."""
    places, frame = [], fault.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{frame.tb_lineno}:{code.co_name}")
        frame = frame.tb_next
    return f"{type(fault).__name__} at {' > '.join(places)}"
