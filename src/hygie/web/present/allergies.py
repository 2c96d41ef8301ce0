"""Allergies for the banner: « aucune connue » and « non renseigné » are not the same thing."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from hygie.web.present.read import Json, child, concept_text, has_code, objects, text

NONE_KNOWN = ("716186003", "no-known-allergies", "409137002")
"""SNOMED CT « no known allergy », « no known drug allergy », and the code IPS uses."""
CRITICALITY = {"high": "risque élevé", "low": "risque faible"}

State = Literal["present", "none", "unknown"]


class Allergy(msgspec.Struct, frozen=True):
    substance: str
    reactions: str
    criticality: str
    confirmed: bool


class Allergies(msgspec.Struct, frozen=True):
    state: State
    items: tuple[Allergy, ...] = ()


def read_allergies(resources: Sequence[Json]) -> Allergies:
    """Active ones, the riskiest first. No resource at all: nobody has asked yet."""
    current = [r for r in resources if _is_current(r)]
    real = [r for r in current if not has_code(child(r, "code"), *NONE_KNOWN)]
    if real:
        ordered = sorted(real, key=lambda r: r.get("criticality") != "high")
        return Allergies("present", tuple(_read(r) for r in ordered))
    return Allergies("none" if current else "unknown")


def _is_current(allergy: Json) -> bool:
    gone = has_code(child(allergy, "clinicalStatus"), "inactive", "resolved")
    wrong = has_code(child(allergy, "verificationStatus"), "entered-in-error", "refuted")
    return not gone and not wrong


def _read(allergy: Json) -> Allergy:
    manifestations = (
        concept_text(concept)
        for reaction in objects(allergy.get("reaction"))
        for concept in objects(reaction.get("manifestation"))
    )
    return Allergy(
        substance=concept_text(child(allergy, "code")) or "Substance non précisée",
        reactions=", ".join(dict.fromkeys(filter(None, manifestations))),
        criticality=CRITICALITY.get(text(allergy, "criticality"), ""),
        confirmed=not has_code(child(allergy, "verificationStatus"), "unconfirmed"),
    )
