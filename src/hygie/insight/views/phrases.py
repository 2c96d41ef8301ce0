"""What is said of a view that is wrong."""

from typing import Final

from hygie.refusal import Phrase

NOT_AN_OBJECT: Final = Phrase(
    "{place} : un objet JSON est attendu.",
    "{place}: a JSON object is expected.",
)
NOT_A_LIST: Final = Phrase(
    "{place} : une liste JSON est attendue.",
    "{place}: a JSON array is expected.",
)
EMPTY_LIST: Final = Phrase(
    "{place} : la liste est vide.",
    "{place}: the array is empty.",
)
NOT_A_TEXT: Final = Phrase(
    "{place} : un texte non vide est attendu.",
    "{place}: a text that is not empty is expected.",
)
NOT_A_BOOLEAN: Final = Phrase(
    "{place} : true ou false est attendu, sans guillemets.",
    "{place}: true or false is expected, without quotes.",
)
MISSING: Final = Phrase(
    "{place} manque : la définition d’une vue l’exige.",
    "{place} is missing: the definition of a view requires it.",
)
UNKNOWN_PROPERTY: Final = Phrase(
    "{place} : cette propriété n’existe pas ici. Admises : {allowed}.",
    "{place}: there is no such property here. Allowed: {allowed}.",
)
MODIFIED: Final = Phrase(
    "{place} : une extension qui modifie le sens de la vue n’est pas comprise ici.",
    "{place}: an extension that modifies what the view means is not understood here.",
)
NOT_A_VIEW: Final = Phrase(
    "La ressource est de type « {found} » ; un ViewDefinition est attendu.",
    "The resource is a “{found}”; a ViewDefinition is expected.",
)
NO_RESOURCE: Final = Phrase(
    "La vue ne dit pas de quel type de ressource elle fait une table : ajoutez "
    '« resource », par exemple "Patient".',
    "The view does not say which resource type it makes a table of: add “resource”, "
    'for example "Patient".',
)
UNKNOWN_RESOURCE: Final = Phrase(
    "resource : le type de ressource « {name} » n’existe pas en FHIR R4.",
    "resource: there is no resource type “{name}” in FHIR R4.",
)
NO_COLUMN: Final = Phrase(
    "La vue n’a aucune colonne.",
    "The view has no column.",
)
NAME: Final = Phrase(
    "{place} : « {name} » ne convient pas. Un nom commence par une lettre, puis compte des "
    "lettres non accentuées, des chiffres et « _ », {limit} caractères au plus.",
    "{place}: “{name}” will not do. A name begins with a letter, then has ASCII letters, digits "
    "and “_”, {limit} characters at most.",
)
EXPRESSION: Final = Phrase("{place} : ", "{place}: ")
"""Goes before what is said of the expression itself."""
UNKNOWN_TYPE: Final = Phrase(
    "{place} : le type « {name} » n’existe pas en FHIR R4.",
    "{place}: there is no type “{name}” in FHIR R4.",
)
OTHER_TYPE: Final = Phrase(
    "{place} : la colonne déclare « {declared} », son chemin donne « {found} ».",
    "{place}: the column declares “{declared}”, its path gives “{found}”.",
)
UNDECLARED: Final = Phrase(
    "{place} manque : le chemin donne « {found} », et un type qui n’est pas primitif se déclare.",
    "{place} is missing: the path gives “{found}”, and a type that is not primitive is declared.",
)
NEVER_BOOLEAN: Final = Phrase(
    "{place} : une condition donne vrai ou faux ; celle-ci donne « {found} ».",
    "{place}: a condition gives true or false; this one gives “{found}”.",
)
TOO_NESTED: Final = Phrase(
    "La vue emboîte trop de parcours pour être compilée.",
    "The view nests too many iterations to be compiled.",
)
WAYS_TOGETHER: Final = Phrase(
    "{place} : {found} ne vont pas ensemble ; gardez-en un.",
    "{place}: {found} do not go together; keep one of them.",
)
CLASH: Final = Phrase(
    "{place} : la colonne « {name} » existe déjà ({other}).",
    "{place}: there is already a column “{name}” ({other}).",
)
UNION_COLUMNS: Final = Phrase(
    "{place} : ses colonnes ({found}) ne sont pas celles de {other}, dans le même ordre "
    "({expected}).",
    "{place}: its columns ({found}) are not those of {other}, in the same order ({expected}).",
)
UNION_TYPES: Final = Phrase(
    "{place} : la colonne « {name} » est « {found} » ici et « {expected} » dans {other}.",
    "{place}: the column “{name}” is “{found}” here and “{expected}” in {other}.",
)
UNKNOWN_CONSTANT: Final = Phrase(
    "{place} : la constante « {name} » n’est pas définie.{known_fr}",
    "{place}: the constant “{name}” is not defined.{known_en}",
)
RESERVED: Final = Phrase(
    "{place} : « %{name} » a déjà un sens en FHIRPath ; choisissez un autre nom.",
    "{place}: “%{name}” already means something in FHIRPath; choose another name.",
)
CONSTANT_CLASH: Final = Phrase(
    "{place} : la constante « {name} » est définie deux fois.",
    "{place}: the constant “{name}” is defined twice.",
)
CONSTANT_VALUE: Final = Phrase(
    "{place} : une constante a une valeur et une seule, par exemple valueString ou valueCode.",
    "{place}: a constant has one value and only one, such as valueString or valueCode.",
)
CONSTANT_TYPE: Final = Phrase(
    "{place} : une constante ne peut être de ce type. Admis : {allowed}.",
    "{place}: a constant cannot be of that type. Allowed: {allowed}.",
)
CONSTANT_FORM: Final = Phrase(
    "{place} : la valeur n’est pas un « {type} » bien formé.",
    "{place}: the value is not a well-formed “{type}”.",
)
TOO_MANY_COLUMNS: Final = Phrase(
    "La vue compte plus de {limit} colonnes, la limite.",
    "The view has more than {limit} columns, the limit.",
)
TOO_MANY_EXPRESSIONS: Final = Phrase(
    "La vue compte plus de {limit} expressions FHIRPath, la limite.",
    "The view has more than {limit} FHIRPath expressions, the limit.",
)
TOO_MANY_CONSTANTS: Final = Phrase(
    "La vue compte plus de {limit} constantes, la limite.",
    "The view has more than {limit} constants, the limit.",
)
TOO_DEEP: Final = Phrase(
    "{place} : la vue emboîte plus de {limit} niveaux, la limite.",
    "{place}: the view nests more than {limit} levels, the limit.",
)
