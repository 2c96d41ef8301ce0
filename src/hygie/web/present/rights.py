"""A right of the rights file, in French."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from hygie.access.rights import Right, Role
from hygie.purpose import PURPOSES, said
from hygie.sight import Letter

SCOPES: Final = {
    "establishment": "tout l’établissement", "team": "ses patients", "self": "son dossier"
}  # fmt: skip
VERBS: Final[Mapping[Letter, str]] = {
    "r": "lire", "s": "chercher", "c": "créer", "u": "modifier", "d": "supprimer"
}  # fmt: skip


def say_right(right: Right, role: Role) -> str:
    verbs = ", ".join(_verbs(right))
    limited = f" ({right.type}{'?' + right.query if right.query else ''})" if right.type else ""
    meant = "" if right.purposes == frozenset(role.purposes) else _meant(right.purposes)
    whose = _listed(" ; spécialité : ", right.specialties) + _listed(" ; unité : ", right.units)
    return f"{verbs} : {SCOPES[right.scope]}{limited}{whose}{meant}"


def _listed(label: str, names: Collection[str]) -> str:
    return f"{label}{', '.join(sorted(names))}" if names else ""


def _meant(purposes: Collection[str]) -> str:
    return " ; pour : " + ", ".join(said(one) for one in PURPOSES if one in purposes)


def _verbs(right: Right) -> Iterator[str]:
    """Reading and searching go together, and are one word."""
    for letter, verb in VERBS.items():
        if letter in right.letters and not (letter == "s" and "r" in right.letters):
            yield verb
