"""The sentences of this room, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

FORMAT: Final = Phrase(
    "Le format « {found} » n’est pas proposé. Proposés : {allowed}.",
    "Format “{found}” is not offered. Offered: {allowed}.",
)
DIGITS: Final = Phrase(
    "La colonne « {name} » a un nombre que {type}, demandé par son étiquette ansi/type, ne "
    "contient pas exactement : demandez plus de chiffres, ou retirez l’étiquette.",
    "Column “{name}” has a number that {type}, asked for by its tag ansi/type, does not hold "
    "exactly: ask for more digits, or take the tag away.",
)
