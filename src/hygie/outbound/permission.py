"""Where the administrator lets the house send to, beyond the outside: `HYGIE_OUTBOUND_ALLOW`."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final

from hygie.outbound.addresses import Address, Network, Side, side_of, unwrapped
from hygie.outbound.phrases import BAD_PERMISSION, FORBIDDEN, NEVER
from hygie.outbound.place import Place, read_host, read_place
from hygie.refusal import Category, Refused, refuse

USUAL_PORT: Final = 443
FREE_PORTS: Final = 1_024
"""From here on, ports are nobody's in particular; below, each belongs to another protocol."""
CLEAR: Final = frozenset({"http", "mllp"})
"""Schemes without TLS."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name or a network, at one port or at all (0)."""

    name: str
    network: Network | None
    port: int

    def covers(self, place: Place, addresses: Iterable[Address]) -> bool:
        if self.port not in (0, place.port):
            return False
        if self.network is None:
            return self.name == place.host
        return all(unwrapped(address) in self.network for address in addresses)


@dataclass(frozen=True, slots=True)
class Permission:
    """What may be sent to: the outside by TLS, and what is named here."""

    entries: tuple[Entry, ...] = ()
    own: tuple[str, int] | None = None
    """Name and port by which the house itself is known: it tells itself nothing."""

    def judge(self, place: Place, addresses: Iterable[Address]) -> None:
        """Raises `Refused` unless `place`, which leads to all of `addresses`, may be sent to."""
        addresses = tuple(addresses)
        sides = {side_of(address) for address in addresses}
        if Side.NEVER in sides:
            raise _never(place, "adresse réservée", "a reserved address")
        if (place.host, place.port) == self.own:
            raise _never(place, "c’est Hygie même", "it is Hygie itself")
        if any(entry.covers(place, addresses) for entry in self.entries):
            return
        if Side.INSIDE in sides:
            raise _forbidden(place, "adresse interne", "an internal address")
        if place.scheme in CLEAR:
            raise _forbidden(place, "sans TLS", "without TLS")
        if place.port != USUAL_PORT and place.port < FREE_PORTS:
            raise _forbidden(place, "port d’un autre protocole", "the port of another protocol")


def read_permission(text: str, public_url: str = "") -> Permission:
    """`host[:port],network[:port],…`, as the setting has it; refused when an entry is none."""
    entries = tuple(_entry(part.strip()) for part in text.split(",") if part.strip())
    own = read_place(public_url) if public_url else None
    return Permission(entries, (own.host, own.port) if own else None)


def read_sources(text: str) -> list[tuple[str, int]]:
    """`host[:port],…`: names and ports (0 for all)."""
    return [read_host_port(part.strip()) for part in text.split(",") if part.strip()]


def read_host_port(text: str) -> tuple[str, int]:
    """`host[:port]` as an administrator writes it; 0 for no port. Raises `Refused`."""
    what, port = _parts(text)
    try:
        return read_host(what), port
    except Refused:
        raise _bad(text) from None


def _entry(text: str) -> Entry:
    what, port = _parts(text)
    try:
        return Entry("", ip_network(what[1:-1] if what.startswith("[") else what), port)
    except ValueError:
        return Entry(read_host_port(text)[0], None, port)


def _parts(text: str) -> tuple[str, int]:
    """What is named, and its port: 0 for all. The colons of a bare IPv6 address part nothing."""
    before, colon, after = text.rpartition(":")
    if not colon or text.endswith("]") or (":" in before and not before.endswith("]")):
        return text, 0
    if not (after.isascii() and after.isdigit() and 0 < int(after[:6]) < 65_536):
        raise _bad(text)
    return before, int(after)


def _bad(text: str) -> Refused:
    return refuse(Category.INVALID, "outbound.permission", BAD_PERMISSION, entry=text)


def _never(place: Place, reason_fr: str, reason_en: str) -> Refused:
    return refuse(
        Category.FORBIDDEN, "outbound.never", NEVER, code="forbidden",
        host=place.host, reason_fr=reason_fr, reason_en=reason_en,
    )  # fmt: skip


def _forbidden(place: Place, reason_fr: str, reason_en: str) -> Refused:
    return refuse(
        Category.FORBIDDEN, "outbound.forbidden", FORBIDDEN, code="forbidden",
        host=place.host, reason_fr=reason_fr, reason_en=reason_en,
    )  # fmt: skip
