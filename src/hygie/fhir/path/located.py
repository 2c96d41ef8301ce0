"""Where in an expression a compiled function was refused.

Lines that may be refused end with a mark: a traceback gives the line, the line the place. What is
not refused pays nothing for it.
"""

from collections.abc import Callable
from typing import Any, Final

from hygie.fhir.path.generate.code import MARKED
from hygie.fhir.path.places import moved
from hygie.refusal import Refused

FILE: Final = "<fhirpath>"
"""The file name that compiled functions bear in a traceback."""


def located(problem: Refused, function: Callable[..., Any]) -> Refused:
    """A refusal at run time, with its place in the text that the function was compiled from."""
    text, source = vars(function)["text"], vars(function)["source"]
    marked = MARKED.search(source.split("\n")[line_of(problem, FILE) - 1])
    return moved(problem, text, int(marked[1]) if marked else 0)


def line_of(problem: Refused, file: str) -> int:
    """The line of generated code, by the name it was compiled under, that was running; or 0."""
    trace = problem.__traceback__
    found = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found
