"""What terminology refuses at its door, in both languages."""

from typing import Final

from hygie.refusal import Phrase

PARAMETERS_WANTED: Final = Phrase(
    fr="Cette opération attend une ressource Parameters, ou ses paramètres dans l'adresse.",
    en="This operation takes a Parameters resource, or its parameters in the address.",
)
