"""What is said of invariants, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

BROKEN: Final = Phrase(
    "La règle {key} n’est pas respectée : « {human} ». Corrigez les éléments dont elle parle.",
    "The rule {key} is broken: “{human}”. Correct the elements that it speaks of.",
)
NOT_EVALUATED: Final = Phrase(
    "La règle {key} n’a pas pu être évaluée ({reason}) : elle n’est pas vérifiée ici.",
    "The rule {key} could not be evaluated ({reason_en}): it is not checked here.",
)
