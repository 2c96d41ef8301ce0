"""What this door says."""

from hygie.refusal import Phrase

NOT_YOURS = Phrase(
    "Ce jeton ne permet pas d’envoyer ce message : il faut la portée « message/NOM » de sa source.",
    "This token does not allow to post this message: that takes the scope 'message/NAME' of its"
    " source.",
)
NO_SOURCE = Phrase(
    "Aucune source en marche, déclarée pour HTTP, ne porte le nom « {source} ».",
    "No running source, declared for HTTP, is called '{source}'.",
)
NOT_A_MESSAGE = Phrase(
    "On ne poste ici qu’un message : un Bundle de type « message ».",
    "Messages are posted here, nothing else: a Bundle of type 'message'.",
)
SYNCHRONOUS = Phrase(
    "Les messages sont traités sur le champ : {name} n’est pas pris en charge. Postez sans ce"
    " paramètre, la réponse vient avec la réponse HTTP.",
    "Messages are processed at once: {name} is not supported. Post without this parameter, the"
    " response comes with that of HTTP.",
)
UNKNOWN_PARAMETER = Phrase(
    "$process-message ne connaît pas le paramètre « {name} ».",
    "$process-message does not know the parameter '{name}'.",
)
