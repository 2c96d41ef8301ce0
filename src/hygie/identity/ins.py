"""The national health identity (INS): matricule, kind, key, agreement with the traits.

Shape and key are those of `fhir.french.keys`. A wrong key is an error
when a person enters it and a warning when it was received: published examples carry wrong ones,
and refusing them would lose care data over a typing error of someone else.
"""

from enum import Enum
from typing import Literal

import msgspec
from stdnum.fr import nir

from hygie.fhir.french import keys
from hygie.fhir.french import names as french
from hygie.identity import phrases
from hygie.identity.traits import Traits
from hygie.refusal import Category, Issue, Phrase, Severity, refuse

Origin = Literal["entered", "received"]


class Kind(Enum):
    """Nature of the matricule: OID and FR Core identifier type."""

    NIR = (french.INS_NIR, "INS-NIR")
    NIA = (french.INS_NIA, "INS-NIA")
    TEST = (french.INS_NIR_TEST, "INS-NIR-TEST")
    DEMO = (french.INS_NIR_DEMO, "INS-NIR-DEMO")

    @property
    def oid(self) -> str:
        return self.value[0]

    @property
    def code(self) -> str:
        return self.value[1]

    @property
    def system(self) -> str:
        return f"urn:oid:{self.oid}"


_BY_OID = {kind.oid: kind for kind in Kind}


class Matricule(msgspec.Struct, frozen=True):
    """15 characters, shape checked; the key may be wrong when it was received."""

    value: str
    kind: Kind


def is_ins_oid(oid: str) -> bool:
    return oid in _BY_OID


def matricule(text: str, oid: str, place: str = "") -> Matricule:
    """The matricule that a text writes; refuses an unknown OID and a wrong shape."""
    kind = _BY_OID.get(oid)
    if kind is None:
        raise refuse(
            Category.INVALID, "ins.oid", phrases.UNKNOWN_OID, code="value", location=place,
            oid=oid[:40],
        )  # fmt: skip
    value = nir.compact(text)
    if not keys.is_matricule(value):
        raise refuse(
            Category.INVALID, "ins.shape", phrases.WRONG_SHAPE, code="value", location=place
        )
    return Matricule(value, kind)


def has_right_key(number: Matricule) -> bool:
    return keys.has_ins_key(number.value)


def check_key(number: Matricule, origin: Origin, place: str = "") -> list[Issue]:
    """One issue when the key is wrong: error when entered, warning when received."""
    if has_right_key(number):
        return []
    severity: Severity = "error" if origin == "entered" else "warning"
    return [_issue("ins.key", phrases.WRONG_KEY, severity, place)]


def check_coherence(number: Matricule, traits: Traits, place: str = "") -> list[Issue]:
    """A warning for each trait that the matricule contradicts: sex, year, birth place."""
    doubts = {
        phrases.SEX: keys.sex_differs(number.value, traits.gender),
        phrases.BIRTH_YEAR: keys.year_differs(number.value, traits.birth_date),
        phrases.BIRTH_PLACE: _place_differs(number.value, traits.birth_place),
    }
    return [
        _issue(
            "ins.coherence", phrases.INCOHERENT, "warning", place, trait=trait.fr, trait_en=trait.en
        )
        for trait, differs in doubts.items()
        if differs
    ]


def _place_differs(value: str, birth_place: str) -> bool:
    """By department only: communes merge and are renumbered, departments hardly."""
    department = value[5:7]
    if len(birth_place) != 5 or department in ("96", "97", "98", "99"):
        return False
    return department != birth_place[:2] and not {department, birth_place[:2]} <= _CORSICA


_CORSICA = {"20", "2A", "2B"}
"""Corsica was department 20 until 1976."""


def _issue(rule: str, phrase: Phrase, severity: Severity, place: str, **details: str) -> Issue:
    return Issue(
        severity=severity, code="value", rule=rule, phrase=phrase, location=place, details=details
    )
