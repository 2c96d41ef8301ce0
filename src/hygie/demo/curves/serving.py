"""The address of the application: a few files, served to this machine alone."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec

PAGES: Final = Path(str(resources.files("hygie.demo.curves") / "pages"))
SETTINGS: Final = "/settings.json"
TYPES: Final = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}  # fmt: skip


class Site:
    """Where it is served, and of what: `client` is told once it is registered."""

    def __init__(self, address: str, issuers: tuple[str, ...]) -> None:
        self.address = address
        self.issuers = issuers
        """Bases of FHIR that may open it, and no others."""
        self.client = ""

    @property
    def settings(self) -> bytes:
        return msgspec.json.encode({"client": self.client, "issuers": self.issuers})

    @property
    def policy(self) -> str:
        """What its pages may load, and whom they may ask (CSP 3)."""
        servers = " ".join(issuer.removesuffix("/fhir") for issuer in self.issuers)
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'none'; "
            f"frame-ancestors 'none'; base-uri 'none'; connect-src 'self' {servers}"
        )


class _Handler(http.server.SimpleHTTPRequestHandler):
    server_version, sys_version = "Courbes", ""

    def __init__(self, *given: object, site: Site) -> None:
        self._site = site
        self.extensions_map = TYPES
        super().__init__(*given, directory=str(PAGES))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.path != SETTINGS:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self._site.settings)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self._site.policy)
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def list_directory(self, _: object) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Codes pass in addresses: nothing is written down."""


@contextmanager
def serving(port: int) -> Iterator[Site]:
    """The application beside a Hygie that answers on `port` of this machine: on the next port, or
    on any, if that is taken. Not by the name `localhost`: to browsers it is another site."""
    issuers = tuple(f"http://{host}:{port}/fhir" for host in ("localhost", "127.0.0.1"))
    site = Site("", issuers)
    handler = partial(_Handler, site=site)
    with _bound(port + 1, handler) as server:
        site.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, name="courbes", daemon=True).start()
        try:
            yield site
        finally:
            server.shutdown()


def _bound(port: int, handler: partial[_Handler]) -> http.server.ThreadingHTTPServer:
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError):
        return http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
