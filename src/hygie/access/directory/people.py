"""Who somebody is, as an entry of the directory says it. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from hygie.access.directory.asking import Entry
from hygie.access.directory.declaration import Directory, Rule
from hygie.access.directory.names import Name, name_of
from hygie.access.directory.phrases import NO_ID, NO_VALUE
from hygie.access.names import normalize_name
from hygie.limits.directory import MAX_DIRECTORY_CHARACTERS
from hygie.refusal import Category, Issue, Refused, refuse

CONTROL: Final = "userAccountControl"
DISABLED: Final = 0x2
"""ADS_UF_ACCOUNTDISABLE."""
MEMBER_OF: Final = "memberOf"
RPPS_LENGTH: Final = 11
ADELI_LENGTH: Final = 9
Members = Mapping[Name, frozenset[Name]]
"""Group -> who is in it."""


class Person(NamedTuple):
    """Somebody of the directory."""

    id: str
    """What never changes."""
    login: str
    """As an account is named; empty with a fault."""
    said: Mapping[str, Any]
    """Facts of the account that the directory decides."""
    role: str
    """Empty: no rule gives one."""
    active: bool
    faults: tuple[Issue, ...] = ()

    @property
    def stays(self) -> bool:
        return self.active and bool(self.role)


def attributes_of(directory: Directory) -> list[str]:
    """What is asked of each: nothing that is not used."""
    asked = directory.attributes
    names = [asked.id, asked.login, asked.display, asked.email, asked.national, asked.unit]
    names += [rule.attribute for rule in directory.role]
    if directory.groups == "memberOf" and any(rule.group for rule in directory.role):
        names.append(MEMBER_OF)
    if directory.kind == "ad":
        names.append(CONTROL)
    return sorted({name for name in names if name})


def read_person(entry: Entry, directory: Directory, members: Members) -> Person:
    """Raises `Refused` when there is no identifier: whoever it is would seem to have left."""
    faults: list[Issue] = []
    said: dict[str, Any] = {}
    for fact, text in _facts(entry, directory):
        if isinstance(text, Issue):
            faults.append(text)
        else:
            said[fact] = text
    role = next((one.role for one in directory.role if _fits(one, entry, directory, members)), "")
    if role:
        said["role"] = role
    login = _login(entry, directory, faults)
    active = _active(entry) if directory.kind == "ad" else True
    return Person(_id(entry, directory), login, said, role, active, tuple(faults))


def _facts(entry: Entry, directory: Directory) -> Iterator[tuple[str, Any]]:
    names = directory.attributes
    read: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
        ("display", names.display, str.strip), ("email", names.email, str.strip),
        ("national", names.national, whole_national),
    )  # fmt: skip
    for fact, attribute, tidied in read:
        if attribute:
            text = _text(entry, attribute, needed=fact == "display")
            yield fact, text if isinstance(text, Issue) else tidied(text)
    if names.unit:
        found = _texts(entry, names.unit)
        called = directory.units or {one: one for one in found or ()}
        units = tuple(dict.fromkeys(called[one] for one in found or () if one in called))
        yield "units", _unread(names.unit) if found is None else units


def whole_national(text: str) -> str:
    """With the digit that says of which kind it is: directories often leave it out."""
    text = text.strip()
    kind = {RPPS_LENGTH: "8", ADELI_LENGTH: "0"}.get(len(text), "")
    return kind + text


def _login(entry: Entry, directory: Directory, faults: list[Issue]) -> str:
    text = _text(entry, directory.attributes.login, needed=True)
    if isinstance(text, Issue):
        faults.append(text)
        return ""
    try:
        return normalize_name(text)
    except Refused as refused:
        faults += refused.refusal.issues
        return ""


def _fits(rule: Rule, entry: Entry, directory: Directory, members: Members) -> bool:
    if not rule.group:
        wanted = rule.value.casefold()
        return any(one.casefold() == wanted for one in _texts(entry, rule.attribute) or ())
    group, self = name_of(rule.group), name_of(entry.dn)
    if group is None or self is None:
        return False
    if directory.groups == "member":
        return self in members.get(group, ())
    return any(name_of(one) == group for one in _texts(entry, MEMBER_OF) or ())


def _active(entry: Entry) -> bool:
    """Whoever has no bits that can be read is not let in."""
    bits = _texts(entry, CONTROL) or ("",)
    return bits[0].isdecimal() and not int(bits[0]) & DISABLED


def _id(entry: Entry, directory: Directory) -> str:
    """A UUID: of 16 octets as Active Directory writes it, or of text (RFC 4530)."""
    attribute = directory.attributes.id
    values = entry.of(attribute)
    if len(values) == 1 and attribute.lower() == "objectguid" and len(values[0]) == 16:
        return str(UUID(bytes_le=values[0]))
    try:
        (text,) = values
        return str(UUID(text.decode("ascii")))
    except ValueError:
        raise refuse(Category.INVALID, "directory.no-id", NO_ID, attribute=attribute) from None


def _text(entry: Entry, attribute: str, *, needed: bool = False) -> str | Issue:
    """The one value; empty when there is none and none is needed."""
    found = _texts(entry, attribute)
    if found is None or (needed and len(found) != 1):
        return _unread(attribute)
    return found[0] if found else ""


def _texts(entry: Entry, attribute: str) -> tuple[str, ...] | None:
    """None when one of them is no text, or too long."""
    try:
        found = tuple(one.decode() for one in entry.of(attribute))
    except UnicodeDecodeError:
        return None
    return None if any(len(one) > MAX_DIRECTORY_CHARACTERS for one in found) else found


def _unread(attribute: str) -> Issue:
    return Issue(
        code="value", rule="directory.value", phrase=NO_VALUE, details={"attribute": attribute}
    )
