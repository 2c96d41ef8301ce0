"""SMART scopes of machine clients, parsed exactly (SMART App Launch 2.2, §3.0.2). Pure.

`system/Observation.rs`, `system/*.cruds`, and the forms of version 1: `.read` (rs), `.write`
(cud), `.*` (cruds); and two of our own, `hl7v2/NAME` and `message/NAME`: to post the HL7 v2 or the
FHIR messages of that source, `*` for any. What is not understood is refused, never granted in part.
"""

import re
from collections.abc import Iterable

import msgspec

from hygie.access import phrases
from hygie.fhir.definitions import r4
from hygie.limits import MAX_SCOPE_CHARACTERS
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.sight import ALL, LETTERS, Sight

VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
SCOPE = re.compile(r"(?P<level>[a-z]+)/(?P<type>\*|[A-Z][A-Za-z]+)\.(?P<rights>[a-z]+|\*)")
SOURCE = re.compile(r"(hl7v2|message)/(\*|[A-Za-z0-9_-]{1,64})", re.ASCII)
RIGHTS = re.compile(r"c?r?u?d?s?")
EXCERPT = 80


class Scopes(msgspec.Struct, frozen=True):
    """What a client may do: c(reate), r(ead), u(pdate), d(elete), s(earch), by resource type."""

    everywhere: frozenset[str]
    by_type: dict[str, frozenset[str]]
    sources: frozenset[str] = frozenset()
    """Sources whose HL7 v2 messages it may post; "*" for all."""
    messages: frozenset[str] = frozenset()
    """The same of FHIR messages: neither gives the other."""

    def allows_source(self, name: str) -> bool:
        """Whether it may post the messages of this source: no right on resources gives that."""
        return name in self.sources or "*" in self.sources

    def allows_message(self, name: str) -> bool:
        """Whether it may post the FHIR messages of this source."""
        return name in self.messages or "*" in self.messages

    def allows(self, type_name: str, letter: str) -> bool:
        """Whether one of `cruds` is granted on the type; "*" asks for every type."""
        return letter in self.everywhere or letter in self.by_type.get(type_name, ())

    @property
    def sight(self) -> Sight:
        """Of whichever patient: what a machine client of the establishment may see and change."""
        everywhere = {one: (ALL,) for one in LETTERS if one in self.everywhere}
        named = {
            (kind, one): (ALL,)
            for kind, letters in self.by_type.items()
            for one in LETTERS
            if one in letters
        }
        return Sight(named, everywhere)

    def __str__(self) -> str:
        """The canonical form: sorted, without what another scope says already."""
        granted = [("*", self.everywhere), *sorted(self.by_type.items())]
        scopes = [f"system/{name}.{_in_order(letters)}" for name, letters in granted if letters]
        doors = {"hl7v2": self.sources, "message": self.messages}
        posted = (f"{door}/{name}" for door, names in doors.items() for name in sorted(names))
        return " ".join((*scopes, *posted))


def parse_scopes(text: str) -> Scopes:
    """The scopes of a space-separated list. Raises `Refused` ("access.scope")."""
    if len(text) > MAX_SCOPE_CHARACTERS or not text.split():
        raise _refused(phrases.SCOPE_COUNT, limit=str(MAX_SCOPE_CHARACTERS))
    granted: dict[str, frozenset[str]] = {}
    posted: dict[str, set[str]] = {"hl7v2": set(), "message": set()}
    for scope in text.split():
        if found := SOURCE.fullmatch(scope):
            posted[found[1]].add(found[2])
            continue
        name, letters = _parse_one(scope)
        granted[name] = granted.get(name, frozenset()) | letters
    everywhere = granted.pop("*", frozenset())
    rest = {name: letters - everywhere for name, letters in granted.items()}
    by_type = {name: letters for name, letters in rest.items() if letters}
    return Scopes(everywhere, by_type, frozenset(posted["hl7v2"]), frozenset(posted["message"]))


def _parse_one(scope: str) -> tuple[str, frozenset[str]]:
    found = SCOPE.fullmatch(scope)
    if "?" in scope:
        raise _refused(phrases.SCOPE_FILTER, scope=scope[:EXCERPT])
    if not found:
        raise _refused(phrases.SCOPE_FORM, scope=scope[:EXCERPT])
    if found["level"] != "system":
        raise _refused(phrases.SCOPE_LEVEL, scope=scope[:EXCERPT])
    if found["type"] != "*" and not r4().is_resource(found["type"]):
        raise _refused(phrases.SCOPE_TYPE, scope=scope[:EXCERPT], type=found["type"][:EXCERPT])
    rights = VERSION_1.get(found["rights"], found["rights"])
    if not RIGHTS.fullmatch(rights):
        raise _refused(phrases.SCOPE_RIGHTS, scope=scope[:EXCERPT])
    return found["type"], frozenset(rights)


def _in_order(letters: Iterable[str]) -> str:
    return "".join(sorted(letters, key="cruds".index))


def _refused(phrase: Phrase, **details: str) -> Refused:
    return refuse(Category.INVALID, "access.scope", phrase, code="value", **details)
