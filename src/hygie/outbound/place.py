"""An address from outside, read strictly: one spelling for each place, or refused.

Programs disagree on odd spellings (`http://2130706433/`, `http://a\\@b/`), and whoever judges by
one reading and connects by another can be led anywhere. So only plain ones are taken.
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final, NamedTuple

from hygie.limits import MAX_URL_CHARACTERS
from hygie.outbound.addresses import Address
from hygie.outbound.phrases import BAD_ADDRESS
from hygie.refusal import Category, Refused, refuse

WEB: Final = {"http": 80, "https": 443}
"""Schemes of HTTP, each with its port."""
ADDRESS: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>[/?][\x21\x24-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]*)?"
)
"""Printable ASCII but for `" # < > \\ ^ ` { | }`: RFC 3986, without user and fragment."""
NAME: Final = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
"""Labels of DNS, the last one beginning with a letter: `0x7f.1` and `127.0.1` are no names."""


class Place(NamedTuple):
    """Host and port, as they are judged and connected to."""

    scheme: str
    host: str
    """A name in small letters, or an IP address in its usual form, without brackets."""
    port: int
    url: str = ""
    """The whole, spelt so; it may hold secrets."""

    @property
    def address(self) -> Address | None:
        """The host, when it is no name."""
        try:
            return IPv6Address(self.host) if ":" in self.host else IPv4Address(self.host)
        except AddressValueError:
            return None


def read_place(url: str, ports: dict[str, int] = WEB) -> Place:
    """What `url` says, of one of the schemes of `ports` (each with its usual port)."""
    if len(url) > MAX_URL_CHARACTERS:
        raise _bad("plus de {limit} caractères", "more than {limit} characters")
    found = ADDRESS.fullmatch(url)
    if found is None:
        raise _bad(
            "il faut schéma://nom[:port]/chemin, en ASCII, sans utilisateur ni fragment",
            "expected scheme://name[:port]/path, in ASCII, without user or fragment",
        )
    scheme = found["scheme"].lower()
    if scheme not in ports:
        names = ", ".join(ports)
        raise _bad(f"le schéma doit être {names}", f"the scheme must be {names}")
    host = read_host(found["host"])
    port = int(found["port"]) if found["port"] else ports[scheme]
    if not 0 < port < 65_536:
        raise _bad("ce port n’existe pas", "there is no such port")
    return Place(scheme, host, port, _spelt(scheme, host, found["port"], found["rest"] or "/"))


def _spelt(scheme: str, host: str, port: str | None, rest: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    end = f":{int(port)}" if port else ""
    return f"{scheme}://{shown}{end}{rest if rest.startswith('/') else '/' + rest}"


def read_host(text: str) -> str:
    """`text` as the one name or address that it is."""
    host = text.lower()
    try:
        if host.startswith("["):
            return str(IPv6Address(host[1:-1]))
        if host.replace(".", "").isdigit():
            return str(IPv4Address(host))
    except AddressValueError:
        pass
    else:
        if NAME.fullmatch(host):
            return host
    raise _bad("ce n’est ni un nom ni une adresse usuelle", "it is no name and no usual address")


def _bad(reason_fr: str, reason_en: str) -> Refused:
    limit = str(MAX_URL_CHARACTERS)
    return refuse(
        Category.UNPROCESSABLE,
        "outbound.address",
        BAD_ADDRESS,
        code="value",
        reason_fr=reason_fr.format(limit=limit),
        reason_en=reason_en.format(limit=limit),
    )
