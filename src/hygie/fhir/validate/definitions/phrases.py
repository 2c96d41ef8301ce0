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

FILTER_EXPRESSION: Final = Phrase(
    "« {found} » n’est pas une expression de SNOMED CT (ECL) : ce filtre ne pourra être évalué.",
    "“{found}” is no expression of SNOMED CT (ECL): this filter cannot be evaluated.",
)
PARAMETER_UNKNOWN: Final = Phrase(
    "Le filtre emploie le paramètre « {found} », que le jeu de valeurs ne déclare pas.",
    "The filter uses the parameter “{found}”, which the value set does not declare.",
)
PARAMETER_UNUSED: Final = Phrase(
    "Le paramètre « {found} » est déclaré, et aucun filtre ne l’emploie.",
    "The parameter “{found}” is declared, and no filter uses it.",
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
ORDER: Final = Phrase(
    "« {path} » vient dans le différentiel avant un élément qui le précède dans son type : mettez-"
    "les dans l’ordre, sinon certains outils ne le trouvent pas.",
    "“{path}” comes in the differential before an element that precedes it in its type: put them "
    "in order, or some tools do not find it.",
)
MISPLACED: Final = Phrase(
    "« {said} » n’a pas de sens pour « {path} », de type {types} : retirez-le, ou changez de type.",
    "“{said}” makes no sense for “{path}”, of type {types}: remove it, or change the type.",
)
NO_TYPE: Final = Phrase(
    "« {path} » n’a ni type ni contentReference : rien ne dit ce qu’il contient.",
    "“{path}” has neither a type nor a contentReference: nothing says what it holds.",
)
VALUE_TYPE: Final = Phrase(
    "« {said} » est de type {found}, or « {path} » ne peut être que de type {types}.",
    "“{said}” is of type {found}, and “{path}” can only be of type {types}.",
)
NOT_SLICED: Final = Phrase(
    "« {path} » ne se répète pas et n’a qu’un type : il ne peut pas être découpé (slicing).",
    "“{path}” does not repeat and has a single type: it cannot be sliced.",
)
MEANING: Final = Phrase(
    "Un profil ne dit pas ce que signifie l’absence de « {path} » (meaningWhenMissing) : seule la "
    "définition de l’élément le peut.",
    "A profile does not say what the absence of “{path}” means (meaningWhenMissing): only the "
    "definition of the element can.",
)
KIND_DIFFERS: Final = Phrase(
    "Cette définition est de nature « {found} », sa base de nature « {expected} ».",
    "This definition is of the kind “{found}”, its base of the kind “{expected}”.",
)

# --- invariants, extensions, obligations --------------------------------------------------
KEY_TWICE: Final = Phrase(
    "La clé « {key} » désigne déjà une autre règle, ici ou dans ce dont part cette définition : "
    "prenez une autre clé.",
    "The key “{key}” already names another rule, here or in what this definition starts from: take "
    "another key.",
)
SOURCE_ELSEWHERE: Final = Phrase(
    "La règle « {key} » se dit d’une autre définition ({found}) : un différentiel ne déclare que "
    "les siennes.",
    "The rule “{key}” is said to be of another definition ({found}): a differential declares only "
    "its own.",
)
INVARIANT_EXPRESSION: Final = Phrase(
    "La règle « {key} » ne peut pas être lue : {fr}", "The rule “{key}” cannot be read: {en}"
)
NO_CONTEXT: Final = Phrase(
    "Seule une extension dit dans quel contexte elle s’emploie : retirez-le.",
    "Only an extension says in which context it is used: remove it.",
)
CONTEXT_UNKNOWN: Final = Phrase(
    "« {found} » n’est pas un élément de FHIR R4 : l’extension ne pourrait aller nulle part.",
    "“{found}” is no element of FHIR R4: the extension could not go anywhere.",
)
URL_MISSING: Final = Phrase(
    "La définition de cette extension ne fixe pas son URL : Extension.url vaut {url} (fixedUri).",
    "The definition of this extension does not fix its URL: Extension.url is {url} (fixedUri).",
)
URL_DIFFERS: Final = Phrase(
    "L’URL fixée dans Extension.url ({found}) n’est pas celle de la définition ({url}).",
    "The URL fixed in Extension.url ({found}) is not that of the definition ({url}).",
)
OBLIGATIONS_UNKNOWN: Final = Phrase(
    "Le profil {profile}, dont les obligations sont reprises, n’est pas connu ici.",
    "The profile {profile}, whose obligations are taken over, is not known here.",
)
NO_OBLIGATIONS: Final = Phrase(
    "Le profil {profile} n’est pas marqué comme un profil d’obligations.",
    "The profile {profile} is not marked as a profile of obligations.",
)
OBLIGATIONS_OF_OTHER: Final = Phrase(
    "Le profil d’obligations {profile} part de {found}, celui-ci de {expected} : il faut que ce "
    "soit le même.",
    "The profile of obligations {profile} starts from {found}, this one from {expected}: it must "
    "be the same.",
)

# --- measures -----------------------------------------------------------------------------
NO_LIBRARY: Final = Phrase(
    "Ce critère est écrit en CQL, mais aucune bibliothèque de cette mesure n’est connue ici.",
    "This criterion is written in CQL, but no library of this measure is known here.",
)
LIBRARY_UNKNOWN: Final = Phrase(
    "La bibliothèque « {library} » n’est pas l’une de celles de la mesure, ou l’est deux fois.",
    "The library “{library}” is none of those of the measure, or is twice among them.",
)
ONE_LIBRARY: Final = Phrase(
    "La mesure a plusieurs bibliothèques : dites laquelle, « Bibliothèque.définition ».",
    "The measure has several libraries: say which, “Library.definition”.",
)
NO_ELM: Final = Phrase(
    "La bibliothèque {library} n’a pas de forme compilée (ELM) lisible : « {found} » n’a pas été "
    "cherché.",
    "The library {library} has no compiled form (ELM) that can be read: “{found}” was not looked "
    "for.",
)
STATEMENT_UNKNOWN: Final = Phrase(
    "La bibliothèque {library} ne définit pas « {found} ».",
    "The library {library} does not define “{found}”.",
)
