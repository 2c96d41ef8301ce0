"""What is said of narratives, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

LINK: Final = Phrase(
    "Le lien « {found} » du texte lisible ne mène à rien : aucun id ni ancre de ce nom, ici ou "
    "dans le bundle. Corrigez le lien, ou donnez l’id à ce qu’il désigne.",
    "The link “{found}” of the narrative leads nowhere: there is no id or anchor of that name, "
    "here or in the bundle. Mend the link, or give the id to what it means.",
)
TEXT_LINK: Final = Phrase(
    "L’extension textLink nomme « {found} », qui n’est pas dans le texte lisible.",
    "The extension textLink names “{found}”, which is not in the narrative.",
)
DATA_LINK: Final = Phrase(
    "L’extension textLink relie le texte à « {found} », qui n’est l’id de rien ici.",
    "The extension textLink links the text to “{found}”, which is the id of nothing here.",
)
LANGUAGE: Final = Phrase(
    "La ressource dit être en « {resource} » et son texte lisible en « {found} » : accordez-les.",
    "The resource says it is in “{resource}” and its narrative in “{found}”: make them agree.",
)
