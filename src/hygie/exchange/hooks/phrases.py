"""The sentences of this room, in French and in English."""

from hygie.refusal import Phrase

TEMPLATE = Phrase(
    fr="« {template} » n'est ni la lecture d'une ressource ni une recherche dans un type, ou parle "
    "de ce qui n'est pas connu ici.",
    en="“{template}” is neither the read of a resource nor a search of a type, or speaks of what "
    "is not known here.",
)
