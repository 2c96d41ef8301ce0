"""Acts that ask anew who is there: the page that asks, and the way back to what was meant."""

import json
import re
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request

from hygie.limits import MAX_RESUMED_CHARACTERS, STEP_UP_MINUTES
from hygie.web.desk import Desk, Visit
from hygie.web.forms import TOKEN_FIELD

CONFIRMATION: Final = "/confirmation"
NEXT_FIELD: Final = "suite"
FORM_FIELD: Final = "saisie"
HOME: Final = "/"
_OWN: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


class StepUp(Exception):  # noqa: N818 - it is an outcome, not an error
    """Raised by whoever wants to know anew who is there, before anything was done."""

    def __init__(self, visit: Visit) -> None:
        super().__init__("a fresh proof is wanted")
        self.visit = visit


def require_step_up(desk: Desk, visit: Visit, minutes: int = STEP_UP_MINUTES) -> None:
    """Raises `StepUp` when who is there was proven longer ago than that."""
    if not desk.access.proven_lately(visit.facts, minutes):
        raise StepUp(visit)


def own_path(text: str) -> str:
    """`text`, when it is a path of this house; else home: nobody is led elsewhere by a link of
    ours."""
    if _OWN.fullmatch(text) and not urlsplit(text).netloc and not text.startswith(CONFIRMATION):
        return text
    return HOME


def here(request: Request) -> str:
    """The path asked for, with its query, as it may be come back to."""
    query = request.url.query
    return own_path(request.url.path + (f"?{query}" if query else ""))


def ask(path: str) -> str:
    """The address of the page that asks who is there, and leads to `path` then."""
    return CONFIRMATION if path == HOME else f"{CONFIRMATION}?{NEXT_FIELD}={quote(path, safe='')}"


def kept_form(visit: Visit) -> str:
    """What was sent, for the page that asks to bring it back; empty when nothing was, or too
    much: it is then to be typed again."""
    if visit.request.method != "POST":
        return ""
    fields = {name: value for name, value in visit.form.items() if name != TOKEN_FIELD}
    text = json.dumps(fields, ensure_ascii=False)
    return text if len(text) <= MAX_RESUMED_CHARACTERS else ""


def read_kept(text: str) -> dict[str, str]:
    """The fields that `kept_form` kept; none when it is not of its making."""
    try:
        fields = json.loads(text) if len(text) <= MAX_RESUMED_CHARACTERS else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(fields, dict):
        return {}
    return {name: value for name, value in fields.items() if isinstance(value, str)}
