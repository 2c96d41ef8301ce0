"""One conversation with the directory: encrypted, bound, bounded; all of the answer or nothing.

The one file that speaks to `ldap3`. Its sockets and TLS are ours: addresses are judged by
`hygie.outbound`, the certificate's host is compared by the `ssl` of Python.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from ldap3 import BASE, DEREF_NEVER, NONE, SUBTREE, SYNC, Connection, Server
from ldap3.core.exceptions import LDAPExceptionError

from hygie.access.directory import phrases
from hygie.access.directory.bounded import Bounded
from hygie.access.directory.checking import authority_of, encrypted, place_of
from hygie.access.directory.declaration import Directory
from hygie.access.directory.filters import EVERYTHING
from hygie.access.federation.footing import Footing, find_secret
from hygie.limits.directory import (
    DIRECTORY_CONNECT_SECONDS,
    DIRECTORY_PAGE,
    DIRECTORY_PAGE_SECONDS,
    MAX_DIRECTORY_PEOPLE,
)
from hygie.outbound.outbound import Outbound
from hygie.refusal import Category, Phrase, Refused, refuse

T = TypeVar("T")
STARTTLS: Final = "1.3.6.1.4.1.1466.20037"
PAGED: Final = "1.2.840.113556.1.4.319"
SUCCESS, REFERRAL, NO_SUCH_OBJECT = 0, 10, 32
"""Result codes (RFC 4511, appendix A)."""


class Entry(NamedTuple):
    """One entry, as it was read."""

    dn: str
    values: Mapping[str, tuple[bytes, ...]]
    """Attribute, in small letters -> its values."""

    def of(self, attribute: str) -> tuple[bytes, ...]:
        return self.values.get(attribute.lower(), ())


class Talk:
    """A bound connection, in a thread of its own. Each method raises `Refused`."""

    def __init__(self, host: str, connection: Any) -> None:
        self._host = host
        self._connection = connection

    def pages(self, base: str, searched: str, attributes: list[str]) -> Iterator[list[Entry]]:
        """Pages (RFC 2696) of what is below `base`. A server that ends early refuses all."""
        cookie: bytes | None = None
        total = 0
        while True:
            self._search(
                base, searched, attributes, SUBTREE, paged_size=DIRECTORY_PAGE,
                paged_cookie=cookie, paged_criticality=True,
            )  # fmt: skip
            entries = self._entries()
            total += len(entries)
            if total > MAX_DIRECTORY_PEOPLE:
                raise self.refused("too-many", phrases.TOO_MANY, limit=str(MAX_DIRECTORY_PEOPLE))
            yield entries
            controls = self._connection.result.get("controls") or {}
            cookie = controls.get(PAGED, {}).get("value", {}).get("cookie")
            if not cookie:
                return

    def one(self, dn: str, attributes: list[str]) -> Entry | None:
        """The entry itself; None when there is none."""
        self._search(dn, EVERYTHING, attributes, BASE, absent=True)
        found = self._entries()
        return found[0] if found else None

    def refused(self, what: str, phrase: Phrase, **details: str) -> Refused:
        return refuse(Category.BUSY, f"directory.{what}", phrase, host=self._host, **details)

    def _search(
        self, base: str, searched: str, attributes: list[str], scope: str, *,
        absent: bool = False, **paging: Any,
    ) -> None:  # fmt: skip
        with _failures(self._host, ValueError, LookupError, TypeError):  # of a garbled answer
            self._connection.search(
                base, searched, scope, dereference_aliases=DEREF_NEVER, attributes=attributes,
                time_limit=DIRECTORY_PAGE_SECONDS, **paging,
            )  # fmt: skip
        result = self._connection.result["result"]
        if result == REFERRAL:
            raise self.refused("referral", phrases.REFERRAL)
        if result != SUCCESS and not (absent and result == NO_SUCH_OBJECT):
            raise self.refused("incomplete", phrases.INCOMPLETE, result=str(result))

    def _entries(self) -> list[Entry]:
        """References to other servers are passed over: nothing is asked there."""
        return [
            Entry(
                one["dn"],
                {name.lower(): tuple(all_) for name, all_ in one["raw_attributes"].items()},
            )
            for one in self._connection.response or ()
            if one["type"] == "searchResEntry"
        ]


async def talk(
    directory: Directory, outbound: Outbound, data: Path, secrets: tuple[Path, ...],
    what: Callable[[Talk], T],
) -> T:  # fmt: skip
    """What `what` gives of a bound connection, which is closed then. Raises `Refused`."""
    place = place_of(directory)
    made = await outbound.dial(place, DIRECTORY_CONNECT_SECONDS)
    try:
        password = await asyncio.to_thread(_password, directory, secrets)
        authority = authority_of(directory, data)
        return await asyncio.to_thread(_talk, made, directory, password, authority, what)
    finally:
        made.close()


def _password(directory: Directory, secrets: tuple[Path, ...]) -> str:
    """Never empty: a bind without a password succeeds, as nobody (RFC 4513 §5.1.2)."""
    file = find_secret(directory.secret, Footing("", secrets))
    found = file.read_text("utf-8").rstrip("\r\n") if file else ""
    if not found:
        raise refuse(Category.INVALID, "directory.no-password", phrases.NO_PASSWORD)
    return found


def _talk(
    made: socket.socket, directory: Directory, password: str, authority: Path | None,
    what: Callable[[Talk], T],
) -> T:  # fmt: skip
    host = place_of(directory).host
    with _failures(host):
        made.settimeout(DIRECTORY_PAGE_SECONDS)
        connection = Connection(
            Server(host, get_info=NONE), directory.bind, password, client_strategy=SYNC,
            auto_referrals=False, auto_range=False, check_names=False,
            return_empty_attributes=False,
        )  # fmt: skip
        talking = Talk(host, connection)
        secured = _secured(made, directory, host, authority, talking, connection)
        _lend(connection, Bounded(secured))
        try:
            connection.bind(read_server_info=False)
            if connection.result["result"] != SUCCESS:
                result = str(connection.result["result"])
                raise talking.refused("bind", phrases.BIND_REFUSED, result=result)
            return what(talking)
        finally:
            secured.close()


def _secured(
    made: socket.socket, directory: Directory, host: str, authority: Path | None,
    talking: Talk, connection: Any,
) -> socket.socket:  # fmt: skip
    """`made`, encrypted as the directory is declared: before anything secret is said."""
    if not encrypted(directory):
        return made
    if directory.url.startswith("ldap:"):
        _lend(connection, Bounded(made))
        connection.extended(STARTTLS)
        if connection.result["result"] != SUCCESS:
            raise talking.refused("starttls", phrases.NO_STARTTLS)
        made.settimeout(DIRECTORY_PAGE_SECONDS)
    context = ssl.create_default_context(cafile=str(authority) if authority else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(made, server_hostname=host)


def _lend(connection: Any, bounded: Bounded) -> None:
    """Instead of a socket that the library opens itself: what its `open` would leave behind."""
    connection.strategy._outstanding = {}  # noqa: SLF001 - nothing public lends it a socket
    connection.socket, connection.closed, connection.listening = bounded, False, True


@contextmanager
def _failures(host: str, *others: type[BaseException]) -> Iterator[None]:
    """What a network, a certificate or the library raises, and `others`, as a refusal."""
    known: tuple[type[BaseException], ...] = (OSError, LDAPExceptionError, *others)
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise refuse(
            Category.FORBIDDEN, "directory.untrusted", phrases.UNTRUSTED, host=host
        ) from None
    except known:
        raise refuse(
            Category.BUSY, "directory.unreachable", phrases.UNREACHABLE, host=host
        ) from None
