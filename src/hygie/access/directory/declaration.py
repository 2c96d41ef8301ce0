"""What an administrator says of the directory: annuaire.toml."""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from hygie.limits.directory import CLOSING_PERCENT

Kind = Literal["ldap", "ad"]
Values = tuple[str, ...]


class Attributes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By which names the directory says who somebody is; empty: it does not, and what is said of
    the account by hand stays."""

    id: str = ""
    """What never changes, whatever somebody is called: `entryUUID`, `objectGUID`."""
    login: str = ""
    display: str = ""
    email: str = ""
    national: str = ""
    """RPPS or ADELI number, with or without the digit that says which."""
    unit: str = ""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is in this group, or whose attribute has this value, has this role."""

    role: str
    group: str = ""
    """Distinguished name."""
    attribute: str = ""
    value: str = ""


class Directory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of annuaire.toml. What is empty is as its kind usually has it (`completed`)."""

    name: str
    """In traces and on accounts: "annuaire"."""
    url: str
    """`ldaps://host[:port]`, or `ldap://` and StartTLS."""
    kind: Kind = "ldap"
    starttls: bool = True
    """False: not encrypted; on this machine alone."""
    ca: str = ""
    """File (PEM, in the data directory) of the authority that is believed; empty: those of the
    machine."""
    bind: str
    """Distinguished name of the account that reads the directory."""
    secret: str
    """File of its password, in a directory of secrets."""
    base: str
    """Below which people are."""
    classes: Values = ()
    """Object classes of which somebody has at least one."""
    where: Mapping[str, Values] = {}
    """Attributes of which somebody has one of these values: all of them."""
    attributes: Attributes = Attributes()
    groups: Literal["memberOf", "member"] = "memberOf"
    """Who says who is in a group: the person, or the group (`member`, `uniqueMember`)."""
    role: tuple[Rule, ...]
    """The first that fits."""
    units: Mapping[str, str] = {}
    """What the directory calls a unit -> how accounts name it. Empty: it is named so there."""
    closing_percent: int = CLOSING_PERCENT
    """Of the open accounts that one synchronisation closes at most."""


USUAL: Final[dict[Kind, tuple[Values, Attributes]]] = {
    "ldap": (
        ("inetOrgPerson",),
        Attributes(id="entryUUID", login="uid", display="displayName", email="mail"),
    ),
    "ad": (
        ("user",),
        Attributes(id="objectGUID", login="sAMAccountName", display="displayName", email="mail"),
    ),
}
"""RFC 4530, RFC 2798; Active Directory's schema."""


def completed(directory: Directory) -> Directory:
    """With what is usual for its kind where nothing was said."""
    classes, usual = USUAL[directory.kind]
    said = {
        name: getattr(directory.attributes, name) or getattr(usual, name)
        for name in ("id", "login", "display", "email")
    }
    return msgspec.structs.replace(
        directory,
        classes=directory.classes or classes,
        attributes=msgspec.structs.replace(directory.attributes, **said),
    )
