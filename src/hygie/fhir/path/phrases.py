"""What is said of an expression that cannot be compiled."""

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
EXPECTED = Phrase(
    "Expression FHIRPath, position {position} : « {expected} » attendu, « {found} » trouvé.",
    "FHIRPath expression, position {position}: expected “{expected}”, found “{found}”.",
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


def wrong(rule: str, phrase: Phrase, position: int, **details: str) -> Refused:
    """A refused expression; positions are counted from 1."""
    return refuse(
        Category.INVALID,
        f"fhirpath.{rule}",
        phrase,
        code="not-supported" if rule == "unsupported" else "invalid",
        position=str(position + 1),
        **details,
    )
