"""What is said of a translation that cannot be made."""

from typing import Final

from hygie.refusal import Phrase

NOTHING_TO_TRANSLATE: Final = Phrase(
    "Aucun code à traduire : code et system, coding ou codeableConcept.",
    "No code to translate: code and system, coding or codeableConcept.",
)
NO_MAP: Final = Phrase(
    "La table de correspondance « {url} » n'est pas connue.",
    "A definition for the ConceptMap '{url}' could not be found",
)
NO_TRANSLATION: Final = Phrase(
    "Aucune table de correspondance connue ne traduit {codes}.",
    "No known concept map translates {codes}",
)
