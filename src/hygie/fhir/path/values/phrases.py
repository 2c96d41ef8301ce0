"""What is said of values that do not go together."""

from hygie.fhir.path.phrases import wrong
from hygie.refusal import Phrase, Refused

OPERANDS = Phrase(
    "Expression FHIRPath, position {position} : « {operator} » ne s’applique pas à {left} "
    "et {right}.",
    "FHIRPath expression, position {position}: “{operator}” does not apply to {left} and {right}.",
)
OPERAND = Phrase(
    "Expression FHIRPath, position {position} : « {operator} » ne s’applique pas à {left}.",
    "FHIRPath expression, position {position}: “{operator}” does not apply to {left}.",
)
DURATION = Phrase(
    "Expression FHIRPath, position {position} : à {left}, « {operator} » veut une durée "
    "en {units}.",
    "FHIRPath expression, position {position}: to {left}, “{operator}” takes a duration "
    "in {units}.",
)
CALENDAR_RANGE = Phrase(
    "Expression FHIRPath, position {position} : la date obtenue sort des années 1 à 9999.",
    "FHIRPath expression, position {position}: the date that results is outside the years "
    "1 to 9999.",
)
TEXT_LENGTH = Phrase(
    "Expression FHIRPath, position {position} : le texte obtenu dépasse {limit} caractères.",
    "FHIRPath expression, position {position}: the text that results has more than "
    "{limit} characters.",
)
UNKNOWN: int = -1
"""The position of what is refused while evaluating."""
_NAMES = {
    "bool": "Boolean",
    "str": "String",
    "int": "Integer",
    "Decimal": "Decimal",
    "Date": "Date",
    "DateTime": "DateTime",
    "Time": "Time",
    "Quantity": "Quantity",
    "Element": "Element",
}


def type_name(value: object) -> str:
    """The System type of a value; never the value, which may be health data."""
    return _NAMES.get(type(value).__name__, "?")


def mismatch(operator: str, left: object, right: object) -> Refused:
    names = {"left": type_name(left), "right": type_name(right)}
    return wrong("operands", OPERANDS, UNKNOWN, operator=operator, **names)
