"""Templates: Jinja2, always escaped; a name that is missing is a bug, not an empty string."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from hygie import __version__
from hygie.access import csrf
from hygie.web.assets import asset
from hygie.web.desk import Desk, Visit
from hygie.web.forms import TOKEN_FIELD
from hygie.web.present.dates import machine, say_day, say_moment
from hygie.web.present.stays import say_span

HTMX_CONFIG = (
    '{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,'
    '"selfRequestsOnly":true,"historyCacheSize":0,"refreshOnHistoryMiss":true,'
    '"responseHandling":[{"code":"204","swap":false},{"code":"...","swap":true}]}'
)
"""No evaluation, no styles of its own, no page of a record kept in the browser's storage; an error
is a page like another."""


def make_templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("hygie.web"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"day": say_day, "moment": say_moment, "machine": machine}
    environment.globals |= {
        "asset": asset, "span": say_span, "htmx_config": HTMX_CONFIG, "version": __version__,
        "token_field": TOKEN_FIELD,
    }  # fmt: skip
    return environment


def render(
    desk: Desk, visit: Visit, template: str, *, status: int = 200, **values: Any
) -> Response:
    """A page for someone who has signed in."""
    html = desk.templates.get_template(template).render(
        visit=visit, path=visit.request.url.path, token=csrf(visit.session), **values
    )
    return HTMLResponse(html, status_code=status)


def render_plain(
    desk: Desk, request: Request, template: str, *, status: int = 200, **values: Any
) -> Response:
    """A page for anybody: sign-in and refusals."""
    html = desk.templates.get_template(template).render(visit=None, path=request.url.path, **values)
    return HTMLResponse(html, status_code=status)
