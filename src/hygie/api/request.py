"""One request, as handlers see it. Parts that most requests do not need are read on demand."""

import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from itertools import count
from typing import Any, Final, Literal

from hygie.access import Client
from hygie.api import messages
from hygie.api.headers import Format, Preferences, language, preferences
from hygie.refusal import Category, Language, refuse
from hygie.store.interactions import Manner, Verb
from hygie.store.interactions.addresses import parameters, parse_tag
from hygie.store.interactions.permissions import permitted_by, shows_written
from hygie.trace import Context

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Form = Format | Literal["content", "graphql"]
"""What an answer is given in; "content" is that of a Binary, in its own type; "graphql" is JSON
that is no resource."""
HOST: Final = re.compile(
    r"[A-Za-z0-9._\-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?"
)
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._\-]{1,64}")
PROCESS: Final = os.urandom(12).hex()
NUMBERS: Final = count(1)
"""An own request number is this process's, drawn at its start, and the request's place in it."""


LEDGERED: Final = "AuditEvent"
"""The type that the ledger keeps: the doors of the store do not lead to it."""


class Request:
    """Made by the application; `client` is known once the request is authenticated."""

    __slots__ = (
        "_base", "_headers", "_parameters", "_prefix", "_scope",
        "admitted", "client", "format", "id", "method", "pretty", "receive", "segments",
    )  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive, prefix: str, path: str) -> None:
        self.method: str = scope["method"]
        self.segments = [part for part in path.split("/") if part]
        self.receive = receive
        self.client: Client | None = None
        self.admitted = 0
        """Number of the token this request is counted under; 0 for none."""
        self.format: Form | None = None
        """Of the answer, once it is settled; JSON until then."""
        self.pretty = False
        self._scope = scope
        self._prefix = prefix
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._parameters: list[tuple[str, str]] | None = None
        self._base = ""
        self.id = self._id()

    def header(self, name: bytes) -> str:
        """The value of a header, by its lower-case name; "" when absent."""
        return self._headers.get(name, b"").decode("latin-1")

    @property
    def type(self) -> str:
        return self.segments[0]

    @property
    def resource_id(self) -> str:
        return self.segments[1]

    @property
    def query(self) -> str:
        """The query string, still percent-encoded."""
        return self._scope["query_string"].decode("latin-1")  # type: ignore[no-any-return]

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Raises `Refused` when the query string is too long or not UTF-8."""
        if self._parameters is None:
            self._parameters = parameters(self.query) if self._scope["query_string"] else []
        return self._parameters

    @property
    def language(self) -> Language:
        return language(self.header(b"accept-language"))

    @property
    def preferences(self) -> Preferences:
        return preferences(self.header(b"prefer"))

    @property
    def base(self) -> str:
        """The server's base URL, as the one who asks calls it. Raises `Refused`."""
        if not self._base:
            self._base = self._called()
        return self._base

    def _called(self) -> str:
        server = self._scope.get("server") or ("localhost", None)
        host = self.header(b"host") or str(server[0])
        return _base(self._scope["scheme"], host, self._prefix)

    def require_host(self) -> None:
        """Raises `Refused` now rather than after something was done."""
        _ = self.base

    @property
    def address(self) -> str:
        """Network address of whoever asks; "" when the server was not told."""
        peer = self._scope.get("client")
        return str(peer[0]) if peer else ""

    @property
    def context(self) -> Context:
        if self.client is None:
            raise AssertionError("an open route has no context")
        client = self.client
        if client.account:  # an application acts for a person: traces tell both
            return Context(
                actor=client.account, kind="account", request=self.id, token=client.token,
                sight=client.sight, address=self.address, role=client.role,
                application=client.name, purpose=client.purpose,
            )  # fmt: skip
        return Context(
            actor=client.name, kind="client", request=self.id, token=client.token,
            sight=client.sight, address=self.address, purpose=client.purpose,
        )  # fmt: skip

    @property
    def manner(self) -> Manner:
        wishes = self.preferences
        return Manner(
            permitted=self.permits,
            shown=self.shows,
            base=self.base,
            language=self.language,
            lenient=wishes.lenient,
            representation=wishes.returning == "representation",
            asker=self.client.name if self.client else "",
        )

    # --- what the client may do -----------------------------------------------------------
    def permits(self, type_: str, verb: Verb) -> bool:
        if self.client is None or type_ == LEDGERED:
            return False
        return permitted_by(self.client.sight)(type_, verb)

    def shows(self, type_: str) -> bool:
        """Whether what is written of a type may be given back."""
        return self.permits(type_, "read") and shows_written(self.context.seen, type_)

    def require(self, *verbs: Verb, type_: str = "") -> None:
        """Raises `Refused` (FORBIDDEN)."""
        type_ = type_ or self.type
        for verb in verbs:
            if not self.permits(type_, verb):
                shown = messages.EVERY_TYPE if type_ == "*" else None
                raise refuse(
                    Category.FORBIDDEN,
                    "access.scope",
                    messages.FORBIDDEN,
                    code="forbidden",
                    interaction=verb,
                    type=getattr(shown, self.language) if shown else type_,
                )

    # --- headers with a form of their own ---------------------------------------------------
    @property
    def if_match(self) -> int | None:
        """The version in If-Match (R4 §3.1.0.5). Raises `Refused` when it has another form."""
        text = self.header(b"if-match")
        if not text:
            return None
        version = parse_tag(text)
        if version is None:
            raise refuse(
                Category.INVALID, "version.tag", messages.BAD_TAG, code="value", header="If-Match"
            )
        return version

    def _id(self) -> str:
        given = self.header(b"x-request-id")
        return given if given and REQUEST_ID.fullmatch(given) else f"{PROCESS}{next(NUMBERS):08x}"


@lru_cache(64)
def _base(scheme: str, host: str, prefix: str) -> str:
    if not HOST.fullmatch(host):
        raise refuse(Category.INVALID, "request.host", messages.BAD_HOST, code="value")
    return f"{scheme}://{host}{prefix}"
