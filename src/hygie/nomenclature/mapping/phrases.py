"""What is refused in mapping local codes, in both languages."""

from typing import Final

from hygie.refusal import Phrase

COMMENT_WANTED: Final = Phrase(
    fr="Une correspondance plus étroite ou approchée demande un commentaire : dites ce qui"
    " diffère.",
    en="A narrower or inexact mapping needs a comment: say what differs.",
)
UNDECIDED: Final = Phrase(
    fr="Rien n'a été décidé pour ce code : il n'y a rien à annuler.",
    en="Nothing was decided for this code: there is nothing to undo.",
)
NOT_APPLICABLE: Final = Phrase(
    fr="Aucune correspondance de ce code ne s'ajoute aux ressources : décidez d'abord d'un code"
    " équivalent ou plus large.",
    en="No mapping of this code can be added to resources: decide first on an equivalent or wider"
    " code.",
)
ALREADY_ASKED: Final = Phrase(
    fr="Un travail de correspondance est déjà en cours : attendez sa fin, ou annulez-le.",
    en="A mapping run is already under way: wait for its end, or cancel it.",
)
