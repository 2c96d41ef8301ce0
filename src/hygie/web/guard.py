"""The door of every page: who is it, may they, and does this form come from us?"""

from collections.abc import Awaitable, Callable
from typing import Final, Literal
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hygie.access import Account, Capability, Session, Stage
from hygie.limits import MAX_FORM_BYTES
from hygie.refusal import Category, refuse
from hygie.trace import AuditEntry, Context
from hygie.web.cookies import SESSION, read_cookie
from hygie.web.desk import Desk, Visit
from hygie.web.errors import not_found
from hygie.web.forms import check_origin, read_form
from hygie.web.messages import NO_SUCH_PAGE, NOT_PERMITTED
from hygie.web.stepping import HOME, StepUp, ask, here, require_step_up

Handler = Callable[[Desk, Visit], Awaitable[Response]]
Fresh = Literal["", "lately", "wholly"]
Endpoint = Callable[[Request], Awaitable[Response]]
ENROLMENT: Final = "/moi/securite/debut"
POLL: Final = "hygie-poll"
"""Header of what a page asks by itself: that does not keep a session alive."""
FORBIDDEN: Final = "web.not-permitted"


def guarded(
    desk: Desk,
    capability: Capability | None,
    handler: Handler,
    form_bytes: int = MAX_FORM_BYTES,
    *,
    stages: tuple[Stage, ...] = ("in",),
    fresh: Fresh = "",
) -> Endpoint:
    """`handler`, for those whose role has `capability` (None: whoever has signed in), as often as
    one person may ask. `stages`: how far they must be; `fresh`: who is there must have been proven
    lately; wholly: by all that signing in asks."""

    async def endpoint(request: Request) -> Response:
        session = read_cookie(request, SESSION, secure=desk.secure)
        used = POLL not in request.headers
        facts = await desk.access.current(session, used=used) if session else None
        if facts is None:
            return to_sign_in(request)
        resumed = request.method == "POST" and facts.stage == "locked"
        if facts.stage not in stages and not resumed:
            return to(request, way_on(request, facts.stage))
        account = facts.account
        desk.admission.enter(account.name)
        try:
            return await admitted(request, session, facts)
        finally:
            desk.admission.leave(account.name)

    async def admitted(request: Request, session: str, facts: Session) -> Response:
        if any("\0" in str(part) for part in request.path_params.values()):
            raise not_found(NO_SUCH_PAGE, "web.no-such-page")  # and no database takes it
        account = facts.account
        purpose = desk.access.rights.purpose_of(account.role, facts.purpose)
        sight = await desk.access.sight(account, purpose)
        context = Context(
            account.name, "account", request=uuid4().hex, sight=sight, role=account.role,
            purpose=purpose,
            address=request.client.host if request.client else "",
        )  # fmt: skip
        await _check_role(desk, account, capability, context, request)
        form: dict[str, str] = {}
        if request.method == "POST":
            form = await read_form(request, form_bytes)
            check_origin(request, session, form)
        visit = Visit(request, account, context, session, form, facts, desk.access.rights)
        if facts.stage not in stages:
            raise StepUp(visit)
        if fresh and facts.stage == "in":
            require_step_up(desk, visit)
            if fresh == "wholly" and not await desk.access.entrance.proven_wholly(facts):
                raise StepUp(visit)
        return await handler(desk, visit)

    return endpoint


async def _check_role(
    desk: Desk, account: Account, capability: Capability | None, context: Context, request: Request
) -> None:
    """Refuses, and keeps a trace of it, when the role does not permit."""
    if capability is None or desk.access.rights.permits(account.role, capability):
        return
    entry = AuditEntry(
        context=context, action="refused", outcome="refused", reason=FORBIDDEN,
        detail=f"{request.method} {request.url.path}",
    )  # fmt: skip
    await desk.ledger.record(entry)
    raise refuse(Category.FORBIDDEN, FORBIDDEN, NOT_PERMITTED, code="forbidden")


def way_on(request: Request, stage: Stage) -> str:
    """Where somebody is led who is not as far as the page asks."""
    if stage == "enrol":
        return ENROLMENT
    back = here(request) if request.method == "GET" else HOME
    return HOME if stage == "in" else ask(back)


def to_sign_in(request: Request) -> Response:
    return to(request, "/connexion")


def to(request: Request, path: str) -> Response:
    """htmx would put the page inside the old one: it is told to go there instead."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"hx-redirect": path})
    return RedirectResponse(path, status_code=303)
