"""Distinguished names, compared as RFC 4514 has them: whatever their case, spaces and escapes."""

from ldap3.core.exceptions import LDAPInvalidDnError
from ldap3.utils.dn import parse_dn

Name = tuple[tuple[str, str], ...]


def name_of(text: str) -> Name | None:
    """A name to compare by; None when it is none."""
    try:
        return tuple((kind.lower(), _plain(value)) for kind, value, _ in parse_dn(text, strip=True))
    except LDAPInvalidDnError:
        return None


def _plain(value: str) -> str:
    """Without escapes: an escaped comma and `2C` are one comma."""
    octets = bytearray()
    rest = value
    while rest:
        if rest[0] != "\\":
            octets += rest[0].encode()
            rest = rest[1:]
        elif len(rest) > 2 and all(one in "0123456789abcdefABCDEF" for one in rest[1:3]):
            octets.append(int(rest[1:3], 16))
            rest = rest[3:]
        else:
            octets += rest[1:2].encode()
            rest = rest[2:]
    return octets.decode("utf-8", "surrogateescape").casefold()
