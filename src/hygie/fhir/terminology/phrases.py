"""What terminology says when it cannot answer. The English is that of the ecosystem's servers."""

from typing import Final

from hygie.refusal import Phrase

WRONG_PARAMETER: Final = Phrase(
    "Le paramètre « {name} » n'est pas du type attendu ({expected}).",
    "The parameter '{name}' is not of the expected type ({expected}).",
)
