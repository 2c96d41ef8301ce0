"""What the validator says, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

MORE: Final = Phrase(
    "Il y a d’autres problèmes : seuls les {limit} premiers sont indiqués.",
    "There are more problems: only the first {limit} are listed.",
)
TOO_DEEP: Final = Phrase(
    "La ressource est imbriquée trop profondément pour être lue.",
    "The resource is nested too deeply to be read.",
)

# --- structure ----------------------------------------------------------------------------
UNKNOWN_TYPE: Final = Phrase(
    "« {found} » n’est pas un type de ressource FHIR R4.",
    "“{found}” is not a FHIR R4 resource type.",
)
UNKNOWN_TYPE_NEAR: Final = Phrase(
    "« {found} » n’est pas un type de ressource FHIR R4 ; vouliez-vous dire « {near} » ?",
    "“{found}” is not a FHIR R4 resource type; did you mean “{near}”?",
)
NO_TYPE: Final = Phrase(
    "Une ressource est un objet avec un « resourceType » textuel.",
    "A resource is an object with a string “resourceType”.",
)
UNKNOWN_ELEMENT: Final = Phrase(
    "L’élément « {found} » n’existe pas ici (type {type}).",
    "There is no element “{found}” here (type {type}).",
)
UNKNOWN_ELEMENT_NEAR: Final = Phrase(
    "L’élément « {found} » n’existe pas ici (type {type}) ; vouliez-vous dire « {near} » ?",
    "There is no element “{found}” here (type {type}); did you mean “{near}”?",
)
MISSING: Final = Phrase(
    "L’élément « {name} » est obligatoire ici et il manque.",
    "The element “{name}” is required here and is missing.",
)
NOT_A_LIST: Final = Phrase(
    "Cet élément se répète : sa valeur est un tableau, même pour une seule occurrence.",
    "This element repeats: its value is an array, even for a single occurrence.",
)
A_LIST: Final = Phrase(
    "Cet élément ne se répète pas : donnez une seule valeur, sans tableau.",
    "This element does not repeat: give a single value, not an array.",
)
TOO_MANY: Final = Phrase(
    "Cet élément a {count} occurrences, au plus {limit} sont permises.",
    "This element occurs {count} times, at most {limit} are allowed.",
)
EMPTY: Final = Phrase(
    "Un élément n’est jamais vide : omettez-le plutôt.",
    "An element is never empty: leave it out instead.",
)
ONLY_AN_ID: Final = Phrase(
    "Cet élément n’a qu’un « id » : il lui faut une valeur ou des éléments (règle ele-1).",
    "This element has only an “id”: it needs a value or elements (rule ele-1).",
)
NULL: Final = Phrase(
    "« null » n’est permis que dans un tableau, face à un complément « _… » : omettez l’élément.",
    "“null” is allowed only in an array, facing a “_…” sibling: leave the element out.",
)
NOT_AN_OBJECT: Final = Phrase(
    "Un objet JSON était attendu ici.",
    "A JSON object was expected here.",
)
TWO_CHOICES: Final = Phrase(
    "« {first} » et « {second} » sont deux formes du même élément : gardez-en une seule.",
    "“{first}” and “{second}” are two forms of the same element: keep only one.",
)
MISALIGNED: Final = Phrase(
    "« {name} » et « _{name} » n’ont pas la même longueur : complétez le plus court par « null ».",
    "“{name}” and “_{name}” differ in length: fill the shorter one with “null”.",
)
NESTED_CONTAINED: Final = Phrase(
    "Une ressource contenue n’en contient pas d’autre : placez-la au premier niveau.",
    "A contained resource contains no other: put it at the first level.",
)
SAME_ELEMENT_ID: Final = Phrase(
    "L’id « {found} » est déjà celui d’un autre élément de la ressource : donnez à chacun le sien.",
    "The id “{found}” is already that of another element of the resource: give each its own.",
)
EXTENSION_BOTH: Final = Phrase(
    "Une extension porte soit une valeur, soit des extensions, pas les deux (règle ext-1).",
    "An extension has either a value or extensions, not both (rule ext-1).",
)
EXTENSION_NEITHER: Final = Phrase(
    "Une extension porte une valeur ou des extensions (règle ext-1).",
    "An extension has a value or extensions (rule ext-1).",
)

# --- values -------------------------------------------------------------------------------
JSON_TYPE: Final = Phrase(
    "Une valeur de type {type} était attendue : {expected}.",
    "A value of type {type} was expected: {expected_en}.",
)
FORMAT: Final = Phrase(
    "« {found} » n’est pas une valeur de type {type} : {expected}.",
    "“{found}” is not a value of type {type}: {expected_en}.",
)
NO_SUCH_DATE: Final = Phrase(
    "« {found} » n’existe pas dans le calendrier.",
    "“{found}” is not in the calendar.",
)
CANONICAL: Final = Phrase(
    "« {found} » n’est pas une URL canonique : donnez l’URL absolue de la définition, "
    "ou « #id » d’une ressource contenue.",
    "“{found}” is not a canonical URL: give the absolute URL of the definition, "
    "or “#id” of a contained resource.",
)
TOO_LONG: Final = Phrase(
    "Ce texte a {size} caractères, la limite est de {limit}.",
    "This text has {size} characters, the limit is {limit}.",
)
YEAR: Final = Phrase(
    "L’année de « {found} » est invraisemblable : corrigez-la, ou omettez une date inconnue.",
    "The year of “{found}” is unlikely: mend it, or leave out a date that is not known.",
)
MARKUP: Final = Phrase(
    "Ce texte contient ce qui ressemble à du HTML (« {found} ») : il sera affiché tel quel, ou "
    "retiré. Écrivez du texte simple.",
    "This text holds what looks like HTML (“{found}”): it will be shown as it is, or removed. "
    "Write plain text.",
)
CONTROL_CHARACTER: Final = Phrase(
    "Ce texte contient un caractère de commande, ou réservé (U+{found}) : supprimez-le.",
    "This text holds a control character, or a reserved one (U+{found}): remove it.",
)
NARRATIVE: Final = Phrase(
    "Le texte lisible n’est pas acceptable : {reason}.",
    "The narrative is not acceptable: {reason_en}.",
)
NOT_IN_VALUE_SET: Final = Phrase(
    "« {found} » n’est pas un code permis ici. Codes permis : {codes}.",
    "“{found}” is not a code allowed here. Allowed codes: {codes}.",
)
NO_CODING_IN_VALUE_SET: Final = Phrase(
    "Aucun codage n’appartient à la liste obligatoire. Codes permis : {codes}.",
    "No coding belongs to the required value set. Allowed codes: {codes}.",
)
