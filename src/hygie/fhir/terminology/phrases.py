"""What terminology says when it cannot answer. The English is that of the ecosystem's servers."""

from typing import Final

from hygie.refusal import Phrase

WRONG_PARAMETER: Final = Phrase(
    "Le paramètre « {name} » n'est pas du type attendu ({expected}).",
    "The parameter '{name}' is not of the expected type ({expected}).",
)
NO_SYSTEM: Final = Phrase(
    "Aucune définition du CodeSystem « {system} » n'a été trouvée : le jeu de valeurs ne peut pas"
    " être développé.",
    "A definition for CodeSystem '{system}' could not be found, so the value set cannot be"
    " expanded",
)
NO_SYSTEM_VERSION: Final = Phrase(
    "La version « {version} » du CodeSystem « {system} » n'a pas été trouvée : le jeu de valeurs"
    " ne peut pas être développé. Versions connues : {known}",
    "A definition for CodeSystem '{system}' version '{version}' could not be found, so the value"
    " set cannot be expanded. Valid versions: {known}",
)
NO_SYSTEM_NOR_VERSION: Final = Phrase(
    "Aucune définition du CodeSystem « {system} », version « {version} », n'a été trouvée : le jeu"
    " de valeurs ne peut pas être développé. Aucune version n'en est connue.",
    "A definition for CodeSystem '{system}' version '{version}' could not be found, so the value"
    " set cannot be expanded. No versions of this code system are known",
)
NO_CONTENT: Final = Phrase(
    "Le CodeSystem « {system} » est connu sans ses codes (contenu : {content}) : le jeu de valeurs"
    " ne peut pas être développé.",
    "The code system definition for {system} has no content ({content}), so this expansion cannot"
    " be performed",
)
NOT_KNOWN: Final = Phrase(
    "Aucune définition du CodeSystem « {system} » avec ses codes n'a été trouvée.",
    "A definition for CodeSystem '{system}' could not be found",
)
TOO_MANY_ASKED: Final = Phrase(
    "Il faudrait examiner plus de {limit} codes pour répondre : demandez moins.",
    "More than {limit} codes would have to be looked at to answer",
)
TOO_LONG_ASKED: Final = Phrase(
    "La réponse demande plus de {seconds} secondes de travail : demandez moins.",
    "The answer would take more than {seconds} seconds of work",
)
WRONG_VERSION: Final = Phrase(
    "La version « {version} » n'est pas permise pour le système « {system} » : un paramètre de"
    " contrôle exige « {required} »",
    "The version '{version}' is not allowed for system '{system}': required to be '{required}' by"
    " a version-check parameter",
)
NO_CODE_TO_SEARCH: Final = Phrase(
    "Le code « {value} » du système « {system} » n’est pas connu : ce qui est au-dessus ou "
    "au-dessous ne peut pas être cherché.",
    "The code “{value}” of the system “{system}” is not known: what is above or below it cannot be "
    "searched.",
)
NO_VALUE_SET: Final = Phrase(
    "Le jeu de valeurs « {url} » n'est pas connu.",
    "A definition for the value Set '{url}' could not be found",
)
NO_IMPORT: Final = Phrase(
    "Le jeu de valeurs importé « {url} » n'est pas connu.",
    "Unable to find imported value set {url}",
)
NO_IMPORT_VERSION: Final = Phrase(
    "La version « {version} » du jeu de valeurs importé « {url} » n'est pas connue.",
    "Unable to find imported value set {url} version {version}",
)
NO_SUPPLEMENT: Final = Phrase(
    "Supplément requis introuvable : {supplement}",
    "Required supplement not found: {supplement}",
)
CIRCULAR: Final = Phrase(
    "Le jeu de valeurs « {url} » s'inclut lui-même, par : {way}",
    "Cyclic reference detected when including {url} via {way}",
)
TOO_DEEP: Final = Phrase(
    "Le jeu de valeurs « {url} » importe à plus de {limit} niveaux.",
    "The value set '{url}' imports others more than {limit} deep",
)
TOO_COSTLY: Final = Phrase(
    "Le jeu de valeurs « {url} » contient trop de codes pour être développé en entier ({count}) :"
    " demandez-le par pages (count, offset) ou par un texte (filter).",
    "The value set '{url}' expansion has too many codes to display ({count})",
)
NO_FILTER_VALUE: Final = Phrase(
    "Le filtre du système {system} (propriété {name}, opérateur {operator}) n'a pas de valeur",
    "The system {system} filter with property = {name}, op = {operator} has no value",
)
UNKNOWN_FILTER: Final = Phrase(
    "Le filtre « {name} {operator} {value} » du système {system} n'est pas compris",
    'The filter "{name} {operator} {value}" from the value set {url} was not understood in the'
    " context of {system}",
)
WRONG_PATTERN: Final = Phrase(
    "L'expression régulière « {value} » du système {system} n'est pas valide.",
    "The regular expression '{value}' for the system {system} is not valid",
)
LOCKED: Final = Phrase(
    "Le jeu de valeurs « {url} » est figé à une date (lockedDate) : il ne peut pas être développé.",
    "Cannot process ValueSet {url} due to the presence of a lockedDate on the compose",
)
NOTHING_ASKED: Final = Phrase(
    "La demande ne dit pas sur quoi elle porte : {expected}.",
    "The request does not say what it is about: {expected}",
)
NO_CODE: Final = Phrase(
    "Le code « {asked} » n'existe pas dans le système « {system} », version « {version} ».",
    "Unknown code '{asked}' in the CodeSystem '{system}' version '{version}'",
)
TWO_SYSTEMS: Final = Phrase(
    "Les deux codes sont de systèmes différents : « {left} » et « {right} ».",
    "The codes are of different systems: '{left}' and '{right}'",
)
NOT_ENUMERABLE: Final = Phrase(
    "Les codes du système « {system} » suivent une grammaire : ils ne peuvent pas être listés.",
    "The code system '{system}' has a grammar, and cannot be enumerated directly",
)
CLOSURE_TOO_LARGE: Final = Phrase(
    "Une table de fermeture compte {limit} concepts au plus.",
    "A closure table has {limit} concepts at most",
)
