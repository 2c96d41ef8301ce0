"""Static files, named by what they contain: kept for a year, and never stale."""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(str(resources.files("hygie.web") / "static"))


@cache
def asset(path: str) -> str:
    """The address of a static file, with a digest of its content."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


class Assets(StaticFiles):
    """Serves `static/`; the digest in the query makes a year of caching safe."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        known = b"v=" in scope.get("query_string", b"")
        response.headers["cache-control"] = (
            "public, max-age=31536000, immutable" if known else "no-cache"
        )
        return response
