"""Whether a directory may be declared so: every fault at once, before anything is asked of it."""

import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from hygie.access.directory.declaration import Directory, Rule
from hygie.access.directory.names import name_of
from hygie.access.directory.phrases import BAD
from hygie.access.federation.footing import OURSELVES, Footing, find_secret
from hygie.access.rights import Rights
from hygie.files import real
from hygie.limits.directory import MAX_DIRECTORY_RULES
from hygie.outbound.place import Place, read_place
from hygie.refusal import Category, Issue, Refusal, Refused

PORTS: Final = {"ldap": 389, "ldaps": 636}
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
ATTRIBUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
"""RFC 4512 §1.4, without options."""
LOCAL: Final = "local"
"""Origin of accounts made by hand."""


class Wrong(NamedTuple):
    """What is wrong, and where."""

    place: str
    fr: str
    en: str


def place_of(directory: Directory) -> Place:
    """Host and port. Raises `Refused` when the address is none."""
    return read_place(directory.url, PORTS)


def authority_of(directory: Directory, data: Path) -> Path | None:
    """The file of the authority that is believed; None when those of the machine are."""
    return data / directory.ca if directory.ca else None


def encrypted(directory: Directory) -> bool:
    return directory.url.startswith("ldaps:") or directory.starttls


def check(directory: Directory, data: Path, secrets: tuple[Path, ...], rights: Rights) -> None:
    """Raises `Refused` with each fault. Whether anybody answers there is not asked."""
    wrong = [
        *_address(directory), *_files(directory, data, secrets), *_names(directory),
        *_rules(directory, rights),
    ]  # fmt: skip
    if wrong:
        raise Refused(Refusal(Category.INVALID, tuple(map(_issue, wrong))))


def _issue(one: Wrong) -> Issue:
    details = {"place": one.place, "fr": one.fr, "en": one.en}
    return Issue(code="value", rule="directory.declaration", phrase=BAD, details=details)


def _address(one: Directory) -> Iterator[Wrong]:
    try:
        place = place_of(one)
    except Refused:
        place = None
    if place is None or {"/", "?"} & set(one.url.partition("://")[2]):
        yield Wrong(
            "url", "il faut ldaps://nom[:port] ou ldap://nom[:port], et rien d’autre",
            "expected ldaps://name[:port] or ldap://name[:port], and nothing else",
        )  # fmt: skip
    elif not encrypted(one) and place.host not in OURSELVES:
        yield Wrong(
            "starttls", "sans chiffrement, sur cette machine seulement",
            "without encryption, on this machine alone",
        )  # fmt: skip


def _files(one: Directory, data: Path, secrets: tuple[Path, ...]) -> Iterator[Wrong]:
    if find_secret(one.secret, Footing("", secrets)) is None or not one.secret:
        known = ", ".join(map(str, secrets))
        yield Wrong(
            "secret", f"pas de tel fichier, réservé à son propriétaire, sous {known}",
            f"no such file, readable by its owner alone, below {known}",
        )  # fmt: skip
    file, home = authority_of(one, data), real(data)
    if file is None or home is None:
        return
    found = real(file)
    try:
        if found is None or not found.is_relative_to(home):
            raise ssl.SSLError
        ssl.create_default_context(cafile=str(found))
    except OSError:  # SSLError is one
        yield Wrong(
            "ca", "pas de tel fichier de certificats (PEM) dans le répertoire de données",
            "no such file of certificates (PEM) in the data directory",
        )  # fmt: skip


def _names(one: Directory) -> Iterator[Wrong]:
    if not NAME.fullmatch(one.name) or one.name == LOCAL:
        yield Wrong(
            "name", "lettres minuscules, chiffres et tirets, 32 au plus, et pas « local »",
            "small letters, digits and hyphens, 32 at most, and not “local”",
        )  # fmt: skip
    for place, text in (("bind", one.bind), ("base", one.base)):
        yield from _distinguished(place, text)
    named = {f"attributes.{name}": getattr(one.attributes, name) for name in ATTRIBUTES}
    named |= {f"where.{name}": name for name in one.where}
    for place, text in named.items():
        if text and not ATTRIBUTE.fullmatch(text):
            yield Wrong(place, "n’est pas un nom d’attribut", "is no name of an attribute")
    for number, text in enumerate(one.classes):
        if not ATTRIBUTE.fullmatch(text):
            yield Wrong(f"classes[{number}]", "n’est pas une classe", "is no object class")
    for name, values in one.where.items():
        if not values or not all(values):
            yield Wrong(f"where.{name}", "il faut des valeurs", "values are needed")
    if not 0 <= one.closing_percent <= 100:
        yield Wrong("closing_percent", "de 0 à 100", "0 to 100")


ATTRIBUTES: Final = ("id", "login", "display", "email", "national", "unit")


def _rules(one: Directory, rights: Rights) -> Iterator[Wrong]:
    if not 0 < len(one.role) <= MAX_DIRECTORY_RULES:
        limit = MAX_DIRECTORY_RULES
        yield Wrong("role", f"de 1 à {limit} règles", f"1 to {limit} rules")
    for number, rule in enumerate(one.role):
        yield from _rule(f"role[{number}]", rule, rights)


def _rule(place: str, rule: Rule, rights: Rights) -> Iterator[Wrong]:
    if rule.role not in rights.roles or rule.role == "patient":
        yield Wrong(f"{place}.role", "pas un rôle de professionnel", "no role of a professional")
    if rule.group and not rule.attribute and not rule.value:
        yield from _distinguished(f"{place}.group", rule.group)
    elif rule.group or not ATTRIBUTE.fullmatch(rule.attribute) or not rule.value:
        yield Wrong(
            place, "il faut group, ou bien attribute et value",
            "group is needed, or else attribute and value",
        )  # fmt: skip


def _distinguished(place: str, text: str) -> Iterator[Wrong]:
    if not name_of(text):
        yield Wrong(place, "n’est pas un nom (DN) d’annuaire", "is no distinguished name")
