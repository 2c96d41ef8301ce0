"""Refusals and breakdowns as pages that say what is wrong and what to do."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.web.care import OutOfCare
from hygie.web.desk import Desk
from hygie.web.headers import security_headers
from hygie.web.messages import BROKEN, NO_SUCH_ACTION, NO_SUCH_PAGE
from hygie.web.pages.proving import asked_for
from hygie.web.rendering import render_plain
from hygie.web.stepping import StepUp

TITLES = {
    401: "Connexion nécessaire",
    403: "Accès refusé",
    404: "Introuvable",
    405: "Action impossible ici",
    410: "Supprimé",
    413: "Saisie trop longue",
    429: "Trop de tentatives",
    500: "Panne",
    503: "Hygie est très sollicité",
}
OTHER = "Demande refusée"
Handler = Callable[[Request, Exception], Awaitable[Response]]


def make_handlers(desk: Desk) -> dict[type[Exception], Handler]:
    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)  # noqa: S101 - for the type checker
        return refusal_page(desk, request, error)

    async def missing(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        phrase = NO_SUCH_ACTION if status == Category.METHOD.value else NO_SUCH_PAGE
        return _page(desk, request, status, [phrase.fr])

    async def broken(request: Request, error: Exception) -> Response:  # noqa: ARG001
        response = _page(desk, request, 500, [BROKEN.fr])
        # Starlette answers breakdowns outside of all middleware.
        response.headers.update(security_headers(secure=desk.secure))
        return response

    async def unproven(request: Request, error: Exception) -> Response:  # noqa: ARG001
        assert isinstance(error, StepUp)  # noqa: S101 - for the type checker
        return await asked_for(desk, error.visit)

    async def out_of_care(request: Request, error: Exception) -> Response:
        assert isinstance(error, OutOfCare)  # noqa: S101 - for the type checker
        if request.headers.get("hx-request") == "true":
            return Response(status_code=200, headers={"hx-redirect": error.way})
        return RedirectResponse(error.way, status_code=303)

    return {
        Refused: refused, OutOfCare: out_of_care, StepUp: unproven,
        HTTPException: missing, Exception: broken,
    }  # fmt: skip


def refusal_page(desk: Desk, request: Request, refused: Refused) -> Response:
    sentences = [issue.text("fr") for issue in refused.refusal.issues]
    return _page(desk, request, refused.refusal.category.value, sentences)


def not_found(phrase: Phrase, rule: str) -> Refused:
    return refuse(Category.NOT_FOUND, rule, phrase, code="not-found")


def _page(desk: Desk, request: Request, status: int, sentences: list[str]) -> Response:
    response = render_plain(
        desk, request, "erreur.html", status=status,
        title=TITLES.get(status, OTHER), code=status, sentences=sentences,
    )  # fmt: skip
    response.headers["hx-retarget"] = "body"
    response.headers["hx-reselect"] = "unset"
    return response
