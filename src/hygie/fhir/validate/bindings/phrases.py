"""What is said of codes that a binding does not take."""

from typing import Final

from hygie.refusal import Phrase

REQUIRED: Final = Phrase(
    "{found} n’est pas dans le jeu de valeurs « {title} », qui est obligatoire ici{examples} :"
    " remplacez ce code par l’un des siens.",
    "{found} is not in the value set “{title}”, which is required here{examples_en}:"
    " replace the code by one of its own.",
)
EXTENSIBLE: Final = Phrase(
    "{found} n’est pas dans le jeu de valeurs « {title} »{examples} : prenez l’un de ses codes,"
    " sauf si aucun ne convient.",
    "{found} is not in the value set “{title}”{examples_en}: use one of its codes,"
    " unless none of them fits.",
)
PREFERRED: Final = Phrase(
    "{found} n’est pas dans le jeu de valeurs « {title} », qui est conseillé ici{examples}.",
    "{found} is not in the value set “{title}”, which is recommended here{examples_en}.",
)
MAXIMUM: Final = Phrase(
    "{found} n’est pas dans le jeu de valeurs « {title} », le plus large qui soit permis ici"
    "{examples} : remplacez ce code par l’un des siens.",
    "{found} is not in the value set “{title}”, the widest that is allowed here{examples_en}:"
    " replace the code by one of its own.",
)
NO_CODE: Final = Phrase(
    "Aucun code n’est donné : un code du jeu de valeurs « {title} » est obligatoire ici{examples}.",
    "No code is given: a code of the value set “{title}” is required here{examples_en}.",
)
SET_UNKNOWN: Final = Phrase(
    "Le jeu de valeurs « {title} » n’est pas connu ici : {found} n’a pas été vérifié."
    " Ajoutez le paquet qui le définit.",
    "The value set “{title}” is not known here: {found} was not checked."
    " Add the package that defines it.",
)
UNDECIDED: Final = Phrase(
    "Le jeu de valeurs « {title} » dépend de terminologies qui ne sont pas connues ici en entier :"
    " {found} n’a pas été vérifié.",
    "The value set “{title}” depends on terminologies that are not known whole here:"
    " {found} was not checked.",
)
A_SYSTEM: Final = Phrase(
    "Le profil lie cet élément à « {title} », qui est un système de codes et non un jeu de"
    " valeurs : {found} n’a pas été vérifié. Signalez-le à l’auteur du profil.",
    "The profile binds this element to “{title}”, which is a code system and no value set:"
    " {found} was not checked. Report it to the author of the profile.",
)
