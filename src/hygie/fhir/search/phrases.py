"""What is said of a search that cannot be understood."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from hygie.refusal import Category, Phrase, Refused, refuse

EXCERPT: Final = 80

NOT_TEXT = Phrase(
    "Le paramètre « {parameter} » contient un demi-caractère (Unicode isolé) : corrigez le codage.",
    "The parameter “{parameter}” holds half a character (lone surrogate): correct its encoding.",
)
TOO_LONG = Phrase(
    "La recherche compte {size} caractères ; la limite est de {limit}.",
    "The search has {size} characters; the limit is {limit}.",
)
TOO_MANY_PARAMETERS = Phrase(
    "La recherche compte {size} paramètres ; la limite est de {limit}.",
    "The search has {size} parameters; the limit is {limit}.",
)
TOO_MANY_VALUES = Phrase(
    "Le paramètre « {parameter} » propose {size} valeurs ; la limite est de {limit}.",
    "The parameter “{parameter}” offers {size} values; the limit is {limit}.",
)
TOO_MANY_CODES = Phrase(
    "« {parameter} » mène à plus de {limit} codes : choisissez un jeu de valeurs ou un code plus "
    "étroit.",
    "“{parameter}” leads to more than {limit} codes: choose a narrower value set or code.",
)
CHAIN_TOO_DEEP = Phrase(
    "« {parameter} » enchaîne trop de références ; la limite est de {limit}.",
    "“{parameter}” chains too many references; the limit is {limit}.",
)
CHAIN_TOO_WIDE = Phrase(
    "« {parameter} » peut mener à trop de types de ressources : précisez-les, "
    "par exemple « subject:Patient.name ».",
    "“{parameter}” may lead to too many resource types: say which, as in “subject:Patient.name”.",
)
UNKNOWN_TYPE = Phrase(
    "Le type de ressource « {name} » n’existe pas en FHIR R4.{hint_fr}",
    "There is no resource type “{name}” in FHIR R4.{hint_en}",
)
UNKNOWN_PARAMETER = Phrase(
    "« {parameter} » n’est pas un paramètre de recherche de {type}.{hint_fr}",
    "“{parameter}” is not a search parameter of {type}.{hint_en}",
)
UNSUPPORTED_PARAMETER = Phrase(
    "Le paramètre de recherche « {parameter} » n’est pas pris en charge.",
    "The search parameter “{parameter}” is not supported.",
)
BEING_INDEXED = Phrase(
    "Le paramètre de recherche « {parameter} » est en cours d’indexation : {percent} %. "
    "Réessayez quand elle sera terminée.",
    "The search parameter “{parameter}” is being indexed: {percent} %. Try again once it is done.",
)
CANONICAL_CHAIN = Phrase(
    "« {parameter} » mène à une ressource par son URL canonique : l’enchaînement n’est pas pris en "
    "charge. Cherchez l’URL, ou utilisez _include.",
    "“{parameter}” leads to a resource by its canonical URL: chains along it are not supported. "
    "Search by the URL, or use _include.",
)
FILTER_OPERATOR = Phrase(
    "L’opérateur « {operator} » n’est pas pris en charge pour « {parameter} » (type {kind}).",
    "The operator “{operator}” is not supported for “{parameter}” (type {kind}).",
)
FILTER_TOO_LARGE = Phrase(
    "« {parameter} » est trop grand : la limite est de {limit}.",
    "“{parameter}” is too large: the limit is {limit}.",
)
FUNCTIONAL_LIST = Phrase(
    "La liste « {name} » n’est pas tenue ici : donnez l’identifiant d’une ressource List.",
    "The list “{name}” is not kept here: give the id of a List resource.",
)
ACROSS_TYPES = Phrase(
    "« {parameter} » ne porte que sur un type de ressource : donnez-en un seul avec « _type ».",
    "“{parameter}” is about one resource type only: name a single one with “_type”.",
)
UNKNOWN_MODIFIER = Phrase(
    "Le modificateur « :{modifier} » ne s’applique pas à « {parameter} » (type {kind}). "
    "Admis : {allowed}.",
    "The modifier “:{modifier}” does not apply to “{parameter}” (type {kind}). Allowed: {allowed}.",
)
UNSUPPORTED_MODIFIER = Phrase(
    "Le modificateur « :{modifier} » n’est pas pris en charge pour « {parameter} ». "
    "Admis : {allowed}.",
    "The modifier “:{modifier}” is not supported for “{parameter}”. Allowed: {allowed}.",
)
NO_TERMINOLOGY = Phrase(
    "Le modificateur « :{modifier} » de « {parameter} » interroge la terminologie, ce que cette "
    "recherche-ci ne peut pas faire.",
    "The modifier “:{modifier}” of “{parameter}” asks terminology, which this search cannot.",
)
EMPTY_VALUE = Phrase(
    "Le paramètre « {parameter} » a une valeur vide.",
    "The parameter “{parameter}” has an empty value.",
)
MALFORMED = Phrase(
    "La valeur « {value} » du paramètre « {parameter} » n’est pas recevable. "
    "Forme attendue : {expected_fr}.",
    "The value “{value}” of the parameter “{parameter}” cannot be read. Expected: {expected_en}.",
)
UNKNOWN_PREFIX = Phrase(
    "Le préfixe « {prefix} » du paramètre « {parameter} » n’existe pas. "
    "Admis : eq, ne, gt, lt, ge, le, sa, eb, ap.",
    "There is no prefix “{prefix}” (parameter “{parameter}”). "
    "Allowed: eq, ne, gt, lt, ge, le, sa, eb, ap.",
)
NOT_A_REFERENCE = Phrase(
    "« {parameter} » n’est pas une référence : il ne peut pas mener à une autre ressource.",
    "“{parameter}” is not a reference: it cannot lead to another resource.",
)
WRONG_TARGET = Phrase(
    "« {parameter} » ne mène pas à une ressource {type}. Types possibles : {allowed}.",
    "“{parameter}” does not lead to a {type}. Possible types: {allowed}.",
)
GIVEN_TWICE = Phrase(
    "Le paramètre « {parameter} » ne peut être donné qu’une fois.",
    "The parameter “{parameter}” may be given only once.",
)
TEXT_WITH_INCLUDES = Phrase(
    "_summary=text ne va pas avec _include ni _revinclude : retirez l’un ou l’autre.",
    "_summary=text does not go with _include or _revinclude: leave out one or the other.",
)
NOT_SORTABLE = Phrase(
    "La recherche ne peut pas être triée par « {parameter} ».",
    "The search cannot be sorted by “{parameter}”.",
)
WRONG_SOURCE = Phrase(
    "« {parameter}={value} » part du type {source}, mais la recherche porte sur {type} ; "
    "pour partir de ressources déjà incluses, écrivez « {parameter}:iterate ».",
    "“{parameter}={value}” starts from {source}, but the search is about {type}; "
    "to start from resources already included, write “{parameter}:iterate”.",
)

DATE_FORM = Phrase(
    "AAAA, AAAA-MM, AAAA-MM-JJ ou AAAA-MM-JJThh:mm[:ss][fuseau], avec un préfixe éventuel",
    "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss][zone], with an optional prefix",
)
NUMBER_FORM = Phrase("un nombre, avec un préfixe éventuel", "a number, with an optional prefix")
QUANTITY_FORM = Phrase(
    "nombre, ou nombre|système|code, avec un préfixe éventuel",
    "number, or number|system|code, with an optional prefix",
)
STRING_FORM = Phrase("au moins une lettre ou un chiffre", "at least one letter or digit")
TOKEN_FORM = Phrase("code, système|code, |code ou système|", "code, system|code, |code or system|")
CODED_FORM = Phrase("système|code", "system|code")
SET_FORM = Phrase("l’URL canonique d’un jeu de valeurs", "the canonical URL of a value set")
OF_TYPE_FORM = Phrase("système du type|code du type|valeur", "type system|type code|value")
REFERENCE_FORM = Phrase("un identifiant, Type/identifiant ou une URL", "an id, Type/id or a URL")
COMPOSITE_FORM = Phrase("{count} valeurs séparées par « $ »", "{count} values separated by “$”")
WORDS_FORM = Phrase(
    "des mots séparés par des espaces, dont l’un au moins n’est pas trop courant ; "
    "une virgule sépare des alternatives ; ni guillemets, ni parenthèses, ni AND, OR ou NOT",
    "words separated by spaces, at least one of which is not too common; a comma separates "
    "alternatives; no quotes, parentheses, AND, OR or NOT",
)
BOOLEAN_FORM = Phrase("true ou false", "true or false")
COUNT_FORM = Phrase("un nombre entier positif ou nul", "a whole number, zero or more")
INCLUDE_FORM = Phrase(
    "Type:paramètre, Type:paramètre:TypeCible, Type:* ou *",
    "Type:parameter, Type:parameter:TargetType, Type:* or *",
)
TYPE_FILTER_FORM = Phrase(
    "Type?paramètre=valeur&paramètre=valeur…, avec des critères seulement",
    "Type?parameter=value&parameter=value…, with criteria only",
)
FILTER_FORM = Phrase(
    "paramètre opérateur valeur, joints par and ou or, not (…)",
    "parameter operator value, joined by and or or, not (…)",
)
FILTER_PARENTHESES = Phrase(
    "des parenthèses là où and et or se côtoient", "parentheses where and stands beside or"
)
HAS_FORM = Phrase("_has:Type:référence:paramètre", "_has:Type:reference:parameter")
ELEMENT_FORM = Phrase("des éléments de {type}", "elements of {type}")


def wrong(rule: str, phrase: Phrase, parameter: str, **details: str) -> Refused:
    """A refused search. `parameter` is the parameter at fault, as written."""
    code = "not-supported" if rule.startswith("unsupported") else "invalid"
    if rule.startswith("too-"):
        code = "too-costly"
    return refuse(
        Category.INVALID,
        f"search.{rule}",
        phrase,
        code=code,
        parameter=excerpt(parameter),
        **details,
    )


def malformed(parameter: str, value: str, form: Phrase, **details: str) -> Refused:
    """A value that has not the form its parameter asks for."""
    french, english = (text.format(**details) for text in form)
    shown = {"value": excerpt(value), "expected_fr": french, "expected_en": english}
    return wrong("malformed-value", MALFORMED, parameter, **shown)


def choices(parameter: str, value: str, allowed: Iterable[str]) -> Refused:
    """A value that is none of a few."""
    listed = ", ".join(allowed)
    return malformed(parameter, value, Phrase(listed, listed))


def hint(name: str, known: Iterable[str]) -> dict[str, str]:
    """ "Did you mean…", when a known name is near."""
    near = get_close_matches(name[:EXCERPT], list(known), n=1, cutoff=0.6)
    if not near:
        return {"hint_fr": "", "hint_en": ""}
    return {
        "hint_fr": f" Vouliez-vous dire « {near[0]} » ?",
        "hint_en": f" Did you mean “{near[0]}”?",
    }


def excerpt(text: str) -> str:
    """The beginning of what was sent, to show where a problem is."""
    return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"
