"""What is said of a glass that may not be broken."""

from typing import Final

from hygie.refusal import Phrase

NOT_YOURS: Final = Phrase(
    "Votre rôle ne permet pas le bris de glace. Demandez à un médecin ou à une infirmière de "
    "l’équipe.",
    "Your role may not break the glass. Ask a physician or a nurse of the team.",
)
NOT_FOR_CARE: Final = Phrase(
    "Un bris de glace sert à soigner : choisissez d’abord la finalité « soins » (Ma sécurité).",
    "A glass is broken to give care: choose care as your purpose first (Ma sécurité).",
)
OPPOSED: Final = Phrase(
    "Le patient s’oppose au bris de glace pour ce motif : voyez s’il en reste un dans la liste.",
    "The patient opposes breaking the glass for this reason: see whether another one is left.",
)
TOO_MANY: Final = Phrase(
    "Vous avez ouvert {limit} dossiers par bris de glace en 24 heures : c’est la limite. "
    "Faites-vous ajouter à l’équipe de soins, ou appelez l’administrateur des accès.",
    "You opened {limit} records by breaking the glass within 24 hours: that is the limit. Have "
    "yourself added to the care team, or call whoever administers access.",
)
GONE: Final = Phrase("Ce bris de glace n’existe pas.", "There is no such broken glass.")
REVIEWED: Final = Phrase(
    "Quelqu’un l’a relu entre-temps : voyez sa conclusion ci-dessous.",
    "Somebody reviewed it meanwhile: see their finding below.",
)
OWN: Final = Phrase(
    "On ne relit pas son propre bris de glace.", "Nobody reviews a glass that they broke."
)
VERDICT: Final = Phrase("Choisissez « justifié » ou « injustifié ».", "Choose a verdict.")
