"""What this door says."""

from hygie.refusal import Phrase

NO_SOURCE = Phrase(
    "Aucune source en marche, déclarée pour HTTP, ne porte le nom « {source} ».",
    "No running source, declared for HTTP, is called '{source}'.",
)
NOT_YOURS = Phrase(
    "Ce jeton ne permet pas d’envoyer les messages de la source « {source} » : il faut la portée"
    " « hl7v2/{source} ».",
    "This token does not allow to post the messages of the source '{source}': that takes the scope"
    " 'hl7v2/{source}'.",
)
ONLY_POST = Phrase(
    "On ne fait ici qu’envoyer des messages, par POST.", "Messages are posted here, nothing else."
)
