"""What is said of an expression that cannot be compiled."""

from hygie.fhir.path.places import visible
from hygie.refusal import Category, Phrase, Refused, refuse

TOO_LONG = Phrase(
    "L’expression FHIRPath compte {size} caractères ; la limite est de {limit}.",
    "The FHIRPath expression has {size} characters; the limit is {limit}.",
)
TOO_DEEP = Phrase(
    "L’expression FHIRPath est trop imbriquée au caractère {position} ; "
    "la limite est de {limit} niveaux.",
    "The FHIRPath expression nests too deeply at character {position}; "
    "the limit is {limit} levels.",
)
TOO_LARGE = Phrase(
    "L’expression FHIRPath se ramifie trop, à la position {position}, pour être compilée.",
    "The FHIRPath expression branches too much, at position {position}, to be compiled.",
)
CHARACTER = Phrase(
    "Caractère inattendu « {found} » à la position {position} de l’expression FHIRPath.",
    "Unexpected character “{found}” at position {position} of the FHIRPath expression.",
)
UNCLOSED = Phrase(
    "Le texte ouvert à la position {position} de l’expression FHIRPath n’est pas refermé.",
    "The text opened at position {position} of the FHIRPath expression is not closed.",
)
ESCAPE = Phrase(
    "Expression FHIRPath, position {position} : « {found} » n’est pas une séquence "
    "d’échappement ; sont admises \\' \\\" \\` \\\\ \\/ \\f \\n \\r \\t et \\uXXXX.",
    "FHIRPath expression, position {position}: “{found}” is no escape sequence; "
    "there are \\' \\\" \\` \\\\ \\/ \\f \\n \\r \\t and \\uXXXX.",
)
DOUBLE_QUOTES = Phrase(
    "Expression FHIRPath, position {position} : un texte s’écrit entre apostrophes, 'ainsi' ; "
    "un nom, entre accents graves, `ainsi`.",
    "FHIRPath expression, position {position}: a text is written between apostrophes, 'so'; "
    "a name, between backticks, `so`.",
)
DOLLAR = Phrase(
    "Expression FHIRPath, position {position} : seuls $this, $index et $total existent.",
    "FHIRPath expression, position {position}: there are only $this, $index and $total.",
)
MOMENT = Phrase(
    "Expression FHIRPath, position {position} : une date s’écrit @AAAA, @AAAA-MM ou @AAAA-MM-JJ, "
    "une date et heure @AAAA-MM-JJThh:mm:ss avec ou sans fuseau, une heure @Thh:mm:ss.",
    "FHIRPath expression, position {position}: a date is written @YYYY, @YYYY-MM or @YYYY-MM-DD, "
    "a date and time @YYYY-MM-DDThh:mm:ss with or without a zone, a time @Thh:mm:ss.",
)
NO_SUCH_MOMENT = Phrase(
    "Expression FHIRPath, position {position} : « {found} » n’existe pas.",
    "FHIRPath expression, position {position}: “{found}” does not exist.",
)
TIME_ZONE = Phrase(
    "Expression FHIRPath, position {position} : une heure sans date n’a pas de fuseau horaire.",
    "FHIRPath expression, position {position}: a time without a date has no time zone.",
)
INTEGER = Phrase(
    "Expression FHIRPath, position {position} : un entier va jusqu’à 2147483647 ; "
    "au-delà, écrire {found}L (Long) ou {found}.0 (Decimal).",
    "FHIRPath expression, position {position}: an integer goes up to 2147483647; "
    "beyond, write {found}L (Long) or {found}.0 (Decimal).",
)
DIGITS = Phrase(
    "Expression FHIRPath, position {position} : le nombre compte plus de {limit} chiffres.",
    "FHIRPath expression, position {position}: the number has more than {limit} digits.",
)
RESERVED = Phrase(
    "Expression FHIRPath, position {position} : « {name} » est un mot de la langue ; "
    "un élément de ce nom s’écrit `{name}`, entre accents graves.",
    "FHIRPath expression, position {position}: “{name}” is a word of the language; "
    "an element of that name is written `{name}`, between backticks.",
)
EXPECTED = Phrase(
    "Expression FHIRPath, position {position} : « {expected} » attendu, « {found} » trouvé.",
    "FHIRPath expression, position {position}: expected “{expected}”, found “{found}”.",
)
EXPECTED_AT_END = Phrase(
    "Expression FHIRPath : « {expected} » attendu à la position {position}, où elle finit.",
    "FHIRPath expression: expected “{expected}” at position {position}, where it ends.",
)
EXPECTED_OPERAND = Phrase(
    "Expression FHIRPath, position {position} : un nom, une valeur ou une parenthèse manque "
    "devant « {found} ».",
    "FHIRPath expression, position {position}: a name, a value or a parenthesis is missing "
    "before “{found}”.",
)
EXPECTED_OPERAND_AT_END = Phrase(
    "Expression FHIRPath : elle finit, à la position {position}, là où un nom, une valeur "
    "ou une parenthèse doit suivre.",
    "FHIRPath expression: it ends, at position {position}, where a name, a value "
    "or a parenthesis must follow.",
)
EXPECTED_END = Phrase(
    "Expression FHIRPath, position {position} : « {found} » est de trop, ou un opérateur manque "
    "devant.",
    "FHIRPath expression, position {position}: “{found}” is one too many, or an operator "
    "is missing before it.",
)
UNKNOWN_ELEMENT = Phrase(
    "Expression FHIRPath, position {position} : « {type} » n’a pas d’élément « {name} ».",
    "FHIRPath expression, position {position}: “{type}” has no element “{name}”.",
)
UNKNOWN_TYPE = Phrase(
    "Expression FHIRPath, position {position} : le type « {name} » n’existe pas.",
    "FHIRPath expression, position {position}: there is no type “{name}”.",
)
UNSUPPORTED = Phrase(
    "Expression FHIRPath, position {position} : « {name} » n’est pas pris en charge ici.",
    "FHIRPath expression, position {position}: “{name}” is not supported here.",
)
ARGUMENTS = Phrase(
    "Expression FHIRPath, position {position} : « {name} » attend {expected} argument(s).",
    "FHIRPath expression, position {position}: “{name}” takes {expected} argument(s).",
)

UNKNOWN_FUNCTION = Phrase(
    "Expression FHIRPath, position {position} : la fonction « {name} » n’existe pas.",
    "FHIRPath expression, position {position}: there is no function “{name}”.",
)
UNKNOWN_VARIABLE = Phrase(
    "Expression FHIRPath, position {position} : la variable « {name} » n’est pas définie ici.",
    "FHIRPath expression, position {position}: the variable “{name}” is not defined here.",
)
DEFINED_TWICE = Phrase(
    "Expression FHIRPath, position {position} : la variable « {name} » est déjà définie.",
    "FHIRPath expression, position {position}: the variable “{name}” is already defined.",
)
VARIABLE_NAME = Phrase(
    "Expression FHIRPath, position {position} : le nom d’une variable s’écrit entre apostrophes.",
    "FHIRPath expression, position {position}: the name of a variable is written in quotes.",
)


def wrong(rule: str, phrase: Phrase, position: int, **details: str) -> Refused:
    """A refused expression; positions are counted from 1.

    Details are shown in terminals and pages: what they quote is made visible.
    """
    shown = {name: visible(detail) for name, detail in details.items()}
    return refuse(
        Category.INVALID,
        f"fhirpath.{rule}",
        phrase,
        code="not-supported" if rule == "unsupported" else "invalid",
        position=str(position + 1),
        **shown,
    )
