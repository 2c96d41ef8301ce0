"""A coding held against its system: what is wrong with its system, its code, its display."""

from enum import Enum
from typing import Final

import msgspec

from hygie.fhir.terminology.code_system import (
    adds_to_another,
    is_abstract,
    is_inactive,
    is_whole,
)
from hygie.fhir.terminology.grammars import FORMS, RULES
from hygie.fhir.terminology.membership import Membership
from hygie.fhir.terminology.sources import Sources

MEANT: Final = frozenset({*RULES, *FORMS, "http://www.nlm.nih.gov/research/umls/rxnorm"})
"""Systems that are written in many wrong ways; the right one (R4 terminologies-systems.html)."""
SHOWN_DISPLAYS: Final = 3


class SystemKind(Enum):
    """What is known of the URI that a coding gives as its system."""

    WHOLE = "whole"
    """A system whose codes are all known, by list or by rule."""
    PART = "part"
    """A system of which some codes are known, or only their form."""
    SUPPLEMENT = "supplement"
    """What adds to another system: not to be coded with (R4 §4.7.5)."""
    VALUE_SET = "value-set"
    """A value set: a set of codes of systems, no system itself (R4 §4.7.2)."""
    UNKNOWN = "unknown"


class Verdict(msgspec.Struct, frozen=True):
    """What is to be said of a coding."""

    kind: SystemKind
    code: Membership = Membership.UNKNOWN
    version: str = ""
    """Of the system that was asked."""
    displays: tuple[str, ...] = ()
    """Some that the code has, when the one given is none of them."""
    retired: bool = False
    """The code is no longer for use."""
    abstract: bool = False
    """The code only groups others."""
    meant: str = ""
    """The known system that a wrong or unknown one nearly is."""


def kind_of(sources: Sources, system: str, near: str = "") -> SystemKind:
    found = sources.system(system, "", near)
    if system in RULES or (found and is_whole(found)):
        return SystemKind.WHOLE
    if found and adds_to_another(found):
        return SystemKind.SUPPLEMENT
    if found or system in FORMS:
        return SystemKind.PART
    is_set = sources.value_set(system, near) is not None
    return SystemKind.VALUE_SET if is_set else SystemKind.UNKNOWN


def judge(sources: Sources, system: str, code: str, display: str, version: str) -> Verdict | None:
    """What is wrong, or not known; None when nothing is to be said.

    Without a version, the newest of the system that is known here is meant.
    """
    if not all(type(text) is str for text in (system, code, display, version)) or not code:
        return None
    kind = kind_of(sources, system) if system else SystemKind.UNKNOWN
    if kind not in (SystemKind.WHOLE, SystemKind.PART):
        return Verdict(kind, meant=_meant(sources, system) if system else "")
    answer = sources.known(system, code, version)
    found = sources.system(system, version)
    concept = found.find(code) if found else None
    if found is None or concept is None:
        known_version = found.version if found else ""
        wrong = answer is Membership.OUT
        return Verdict(kind, answer, version=known_version) if wrong else None
    displays = tuple(dict.fromkeys(concept.displays()))
    is_shown = not display or not displays or any(same_text(display, one) for one in displays)
    retired, abstract = is_inactive(found, concept), is_abstract(found, concept)
    if is_shown and not retired and not abstract:
        return None
    return Verdict(
        kind,
        Membership.IN,
        displays=() if is_shown else displays[:SHOWN_DISPLAYS],
        retired=retired,
        abstract=abstract,
    )


def same_text(left: str, right: str) -> bool:
    """Whether two displays differ at most in case and white space."""
    return left == right or left.casefold().split() == right.casefold().split()


def _meant(sources: Sources, system: str) -> str:
    """A known system that differs only in how web addresses are written; "" when there is none."""
    if system in MEANT:
        return ""
    plain = _plain(system)
    for known in MEANT:
        if _plain(known) == plain or system.startswith(known + "/"):
            return known
    if system.startswith(("http:", "https:")):
        for candidate in ("http://" + plain, "https://" + plain):
            if candidate != system and sources.system(candidate) is not None:
                return candidate
    return ""


def _plain(address: str) -> str:
    rest = address.partition("://")[2] or address
    return rest.removeprefix("www.").rstrip("/").removesuffix(".html")
