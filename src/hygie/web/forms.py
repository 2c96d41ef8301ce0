"""Forms from browsers, within bounds, and only from our own pages."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from hygie.access import check_csrf
from hygie.limits import MAX_FORM_BYTES
from hygie.refusal import Category, refuse
from hygie.web.messages import FORM_TOO_LARGE, FORM_UNREADABLE, STALE_FORM

TOKEN_FIELD = "jeton"  # noqa: S105 - a field's name
MAX_FIELDS = 64
FORM_TYPE = "application/x-www-form-urlencoded"
OWN_SITES = ("same-origin", "none")
"""`Sec-Fetch-Site` of a form that our own page, or the reader, sent."""


async def read_form(request: Request, most: int = MAX_FORM_BYTES) -> dict[str, str]:
    """Field -> value, the last one when repeated. Raises `Refused` beyond `most` bytes."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise refuse(Category.MEDIA_TYPE, "web.form-unreadable", FORM_UNREADABLE)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            limit = str(most)
            raise refuse(Category.TOO_LARGE, "web.form-too-large", FORM_TOO_LARGE, limit=limit)
    return _fields(bytes(body))


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError as error:
        raise refuse(Category.INVALID, "web.form-unreadable", FORM_UNREADABLE) from error
    return dict(pairs)


def check_origin(request: Request, secret: str, form: dict[str, str]) -> None:
    """Refuses a form that another site sent, or that was not made for this `secret`."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site not in OWN_SITES or not check_csrf(secret, form.get(TOKEN_FIELD, "")):
        raise refuse(Category.FORBIDDEN, "web.stale-form", STALE_FORM, code="forbidden")
