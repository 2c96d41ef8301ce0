"""/invitation: somebody chooses the password of their own account.

The link that is handed out has the code behind a #, which browsers keep to themselves: it stands in
no address that is logged. It is put into its field here, or typed there.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from hygie.access import Account, csrf
from hygie.limits import MAX_PASSWORD_CHARACTERS
from hygie.refusal import Refused
from hygie.web.cookies import DOOR, SESSION, new_door, read_cookie, set_door
from hygie.web.desk import Desk
from hygie.web.forms import check_origin, read_form
from hygie.web.messages import PASSWORDS_DIFFER
from hygie.web.pages.proving import source_of
from hygie.web.pages.sign_in import opened
from hygie.web.rendering import render_plain

MAX_CODE: Final = 64


async def show(desk: Desk, request: Request) -> Response:
    return _form(desk, request)


async def submit(desk: Desk, request: Request) -> Response:
    """Whose account the code opens; then, with a password, the way in."""
    form = await read_form(request)
    code = form.get("code", "")[:MAX_CODE]
    account: Account | None = None
    try:
        check_origin(request, read_cookie(request, DOOR, secure=desk.secure), form)
        account = await desk.access.invited(code, source=source_of(request))
        if "nouveau" not in form:
            return _form(desk, request, code=code, account=account)
        new, again = (
            form.get(name, "")[: MAX_PASSWORD_CHARACTERS + 1] for name in ("nouveau", "encore")
        )
        if new != again:
            errors = [PASSWORDS_DIFFER.fr]
            return _form(desk, request, code=code, account=account, errors=errors, status=400)
        token = await desk.access.accept_invitation(
            code, new, source=source_of(request),
            previous=read_cookie(request, SESSION, secure=desk.secure),
        )  # fmt: skip
    except Refused as refused:
        errors = [issue.text("fr") for issue in refused.refusal.issues]
        status = refused.refusal.category.value
        return _form(desk, request, code=code, account=account, errors=errors, status=status)
    return opened(desk, request, token, shared=False)


def _form(
    desk: Desk,
    request: Request,
    *,
    code: str = "",
    account: Account | None = None,
    errors: list[str] | None = None,
    status: int = 200,
) -> Response:
    door = new_door()
    response = render_plain(
        desk, request, "comptes/arrivee.html", status=status, token=csrf(door), code=code,
        account=account, errors=errors or [],
    )  # fmt: skip
    set_door(response, door, secure=desk.secure)
    return response
