"""What the codec says when it refuses, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

PLACE: Final = Phrase(" (ligne {line}, colonne {column}).", " (line {line}, column {column}).")
"""Takes the place of a phrase's full stop when the place of the fault is known."""

TOO_LARGE: Final = Phrase(
    "Le document fait {size} octets, la limite est de {limit} octets : "
    "découpez l’envoi ou placez le document volumineux dans une ressource Binary.",
    "The document has {size} bytes, the limit is {limit} bytes: "
    "split it, or put the large document in a Binary resource.",
)
NOT_UTF8: Final = Phrase(
    "Le document n’est pas en UTF-8 : l’octet {offset} est invalide. "
    "Réglez l’application émettrice sur l’encodage UTF-8.",
    "The document is not UTF-8: byte {offset} is invalid. Set the sender to UTF-8.",
)
EMPTY: Final = Phrase(
    "Le document est vide : un document JSON était attendu.",
    "The document is empty: a JSON document was expected.",
)
TRUNCATED: Final = Phrase(
    "Le document JSON s’arrête avant sa fin : vérifiez que l’envoi est complet.",
    "The JSON document stops before its end: check that it was sent whole.",
)
SYNTAX: Final = Phrase(
    "Ceci n’est pas du JSON : caractère inattendu {found}.",
    "This is not JSON: unexpected character {found}.",
)
COMMENT: Final = Phrase(
    "Un commentaire n’a pas sa place en JSON : supprimez-le.",
    "A comment has no place in JSON: remove it.",
)
TRAILING: Final = Phrase(
    "Du contenu suit la fin du document JSON : un envoi contient un seul document.",
    "Content follows the end of the JSON document: send a single document.",
)
TOO_DEEP: Final = Phrase(
    "Les objets et tableaux sont imbriqués sur plus de {limit} niveaux.",
    "Objects and arrays are nested more than {limit} levels deep.",
)
DUPLICATE_KEY: Final = Phrase(
    "La clé « {key} » figure deux fois dans le même objet : gardez-en une seule.",
    "The key “{key}” occurs twice in the same object: keep only one.",
)
NOT_A_NUMBER: Final = Phrase(
    "{found} n’est pas un nombre en JSON : omettez l’élément ou donnez sa raison d’absence.",
    "{found} is not a JSON number: leave the element out, or give the reason for its absence.",
)
NUMBER_TOO_LONG: Final = Phrase(
    "Le nombre {found} a plus de {limit} chiffres significatifs.",
    "The number {found} has more than {limit} significant digits.",
)
NUMBER_TOO_LARGE: Final = Phrase(
    "Le nombre {found} sort des bornes (exposant au-delà de ±{limit}).",
    "The number {found} is out of bounds (exponent beyond ±{limit}).",
)
LONE_SURROGATE: Final = Phrase(
    "Un texte contient une moitié de caractère (\\ud800 à \\udfff seul) : "
    "l’application émettrice a coupé un caractère.",
    "A string holds half a character (\\ud800 to \\udfff alone): the sender cut it in two.",
)
NOT_A_RESOURCE: Final = Phrase(
    "Une ressource FHIR est un objet JSON dont « resourceType » est un texte.",
    "A FHIR resource is a JSON object whose “resourceType” is a string.",
)

# --- JSON Patch ---------------------------------------------------------------------------
PATCH_NOT_A_LIST: Final = Phrase(
    "Un JSON Patch est un tableau d’opérations (RFC 6902).",
    "A JSON Patch is an array of operations (RFC 6902).",
)
PATCH_TOO_LONG: Final = Phrase(
    "Le JSON Patch compte {count} opérations, la limite est de {limit}.",
    "The JSON Patch has {count} operations, the limit is {limit}.",
)
PATCH_TOO_LARGE: Final = Phrase(
    "Opération {index} : ce que le JSON Patch ajoute ou déplace est trop volumineux.",
    "Operation {index}: what the JSON Patch adds or moves is too large.",
)
PATCH_TOO_DEEP: Final = Phrase(
    "Opération {index} : le résultat serait imbriqué sur plus de {limit} niveaux.",
    "Operation {index}: the result would be nested more than {limit} levels deep.",
)
PATCH_OPERATION: Final = Phrase(
    "Opération {index} : « op » vaut add, remove, replace, move, copy ou test.",
    "Operation {index}: “op” is one of add, remove, replace, move, copy, test.",
)
PATCH_MEMBER: Final = Phrase(
    "Opération {index} : le membre « {member} » manque ou n’a pas le bon type.",
    "Operation {index}: the member “{member}” is missing or of the wrong type.",
)
PATCH_POINTER: Final = Phrase(
    "Opération {index} : « {path} » n’est pas un pointeur JSON (RFC 6901) : "
    "il commence par « / », et « ~ » n’est suivi que de 0 ou 1.",
    "Operation {index}: “{path}” is not a JSON Pointer (RFC 6901): "
    "it starts with “/”, and “~” is followed by 0 or 1 only.",
)
PATCH_NOTHING_THERE: Final = Phrase(
    "Opération {index} : « {path} » ne désigne rien dans la ressource.",
    "Operation {index}: “{path}” names nothing in the resource.",
)
PATCH_INTO_ITSELF: Final = Phrase(
    "Opération {index} : « {path} » est à l’intérieur de ce qui est déplacé.",
    "Operation {index}: “{path}” lies inside what is moved.",
)
PATCH_TEST_FAILED: Final = Phrase(
    "Opération {index} : la valeur en « {path} » n’est pas celle attendue ; rien n’a été modifié.",
    "Operation {index}: the value at “{path}” is not the expected one; nothing was changed.",
)
