"""The sign-in form in a flood: refused unread to those who would have no room to wait."""

from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from hygie.access.phrases import CROWDED
from hygie.web.cookies import DEVICE, cookie_name
from hygie.web.desk import Desk
from hygie.web.headers import security_headers

DOOR = "/connexion"
RETRY_SECONDS = "5"


class Shedding:
    """Sees requests before all else: an answer costs a tenth of what the form would."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app = app
        self._access = desk.access
        self._cookie = cookie_name(DEVICE, secure=desk.secure)
        page = desk.templates.get_template("foule.html")
        headers = {**security_headers(secure=desk.secure), "retry-after": RETRY_SECONDS}
        body = page.render(visit=None, path=DOOR, sentence=CROWDED.fr)
        self._crowd = HTMLResponse(body, 503, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == DOOR and scope["method"] == "POST":
            caller = scope.get("client")
            if await self._access.sends_away(caller[0] if caller else "", self._device(scope)):
                await self._crowd(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _device(self, scope: Scope) -> str:
        """The cookie of a browser that somebody has signed in with; most of a flood has none."""
        name = self._cookie.encode()
        for header, value in scope["headers"]:
            if header == b"cookie" and name in value:
                return cookie_parser(value.decode("latin-1")).get(self._cookie, "")
        return ""
