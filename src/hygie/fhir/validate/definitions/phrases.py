"""What is said of conformance resources, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

# --- code systems -------------------------------------------------------------------------
CODES_COUNTED: Final = Phrase(
    "Le système de codes se dit complet et annonce {stated} concepts ; il en a {found}. "
    "Corrigez « count », ou « content » s’il n’est pas complet.",
    "The code system is said complete and states {stated} concepts; it has {found}. "
    "Correct “count”, or “content” if it is not complete.",
)
CODE_TWICE: Final = Phrase(
    "Le code « {found} » est défini deux fois : un code a un seul sens.",
    "The code “{found}” is defined twice: a code has one meaning.",
)
PROPERTY_TWICE: Final = Phrase(
    "La propriété « {found} » est déjà définie : gardez une seule définition.",
    "The property “{found}” is already defined: keep one definition.",
)
PROPERTY_URI: Final = Phrase(
    "L’URI « {uri} » désigne la propriété « {expected} » : le code « {found} » égarera ceux qui "
    "filtrent dessus.",
    "The URI “{uri}” names the property “{expected}”: the code “{found}” will mislead whoever "
    "filters by it.",
)
PROPERTY_TYPE: Final = Phrase(
    "La propriété « {property} » est de type {expected}, non {found}.",
    "The property “{property}” has the type {expected}, not {found}.",
)
PROPERTY_UNDEFINED: Final = Phrase(
    "La propriété « {found} » n’est pas définie dans « property » : définissez-la.",
    "The property “{found}” is not defined in “property”: define it.",
)

# --- value sets ---------------------------------------------------------------------------
SYSTEM_RELATIVE: Final = Phrase(
    "Le système « {found} » n’est pas une URI absolue : donnez celle du système de codes, même "
    "quand il est contenu ici.",
    "The system “{found}” is no absolute URI: give that of the code system, even of one that is "
    "contained here.",
)
SYSTEM_IS_VALUE_SET: Final = Phrase(
    "« {found} » est un jeu de valeurs, non un système de codes : importez-le par « valueSet ».",
    "“{found}” is a value set, not a code system: import it by “valueSet”.",
)
CODE_UNKNOWN: Final = Phrase(
    "Le système {system} n’a pas de code « {found} ».",
    "The system {system} has no code “{found}”.",
)
FILTER_CODE_FORM: Final = Phrase(
    "La propriété « {property} » a pour valeurs des codes d’un système : écrivez « système#code », "
    "non « {found} ».",
    "The property “{property}” has codes of a system for values: write “system#code”, not "
    "“{found}”.",
)
FILTER_PROPERTY: Final = Phrase(
    "Le système {system} ne définit pas de propriété « {found} » : ce filtre ne retient rien.",
    "The system {system} defines no property “{found}”: this filter keeps nothing.",
)

# --- searches -----------------------------------------------------------------------------
COMPOSITE: Final = Phrase(
    "Un paramètre composite a au moins deux composants ; celui-ci en a {found}.",
    "A composite parameter has at least two components; this one has {found}.",
)
PARAMETER_TYPE: Final = Phrase(
    "Le paramètre est de type {found} ; celui dont il dérive ({canonical}) est de type {expected}.",
    "The parameter has the type {found}; the one it derives from ({canonical}) has {expected}.",
)
STATED_TYPE: Final = Phrase(
    "Le type annoncé est {found} ; {canonical} est de type {expected}.",
    "The type stated is {found}; {canonical} has the type {expected}.",
)
EXPRESSION: Final = Phrase(
    "L’expression ne peut pas être évaluée sur {type} : {reason}",
    "The expression cannot be evaluated on {type}: {reason_en}",
)

# --- structures ---------------------------------------------------------------------------
TYPE_UNKNOWN: Final = Phrase(
    "Le type « {found} » n’est pas de FHIR : un type d’ailleurs porte une URI.",
    "The type “{found}” is not one of FHIR's: a type from elsewhere has a URI.",
)
TYPE_OF_BASE: Final = Phrase(
    "Une définition qui spécialise porte un autre type que sa base ; toutes deux sont « {found} ».",
    "A definition that specialises has another type than its base; both are “{found}”.",
)
TYPE_DIFFERS: Final = Phrase(
    "Un profil garde le type de sa base, {expected} ; celui-ci annonce « {found} ».",
    "A profile keeps the type of its base, {expected}; this one states “{found}”.",
)
PATH_ROOT: Final = Phrase(
    "Le chemin « {found} » commence par le type défini : {expected}.",
    "The path “{found}” begins with the type that is defined: {expected}.",
)
