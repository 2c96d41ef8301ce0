"""Fields of a declaration's form, and what is typed into them, both ways.

A field is named by the path of its value within the declaration, the chosen way before it where
several ways have one of that name: `mllp.port`.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from hygie.refusal import Issue, Phrase

Form = Literal["text", "number", "whole", "list", "choice"]
"""`whole`: a number without decimals; `list`: words with blanks or commas between."""
NUMBER: Final = Phrase("« {value} » n’est pas un nombre.", "“{value}” is not a number.")
Wrong = dict[str, list[Issue]]
"""Field -> what is wrong with it; what is about none of them under ""."""


class FormField(msgspec.Struct, frozen=True):
    name: str
    label: str
    form: Form = "text"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""
    places: str = ""
    """Which known values are offered: `charsets`, `mappings`."""


class WayFields(msgspec.Struct, frozen=True):
    """One of several, with fields of its own."""

    name: str
    label: str
    fields: tuple[FormField, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """A part of the form: fields, or a choice among ways under the name `chooses`."""

    title: str
    fields: tuple[FormField, ...] = ()
    chooses: str = ""
    ways: tuple[WayFields, ...] = ()


def read_field(field: FormField, form: Mapping[str, str], wrong: Wrong) -> Any:
    """The value that was meant; what cannot be read is noted in `wrong`."""
    text = form.get(field.name, "") or field.default
    if field.form == "list":
        return [one for one in text.replace(",", " ").replace(";", " ").split() if one]
    if field.form == "choice":
        known = [value for value, _ in field.choices]
        return text if text in known else known[0]
    if field.form == "text":
        return text
    try:
        return int(text) if field.form == "whole" else float(text.replace(",", "."))
    except ValueError:
        wrong[field.name] = [issue("number", NUMBER, field.name, value=text[:40])]
        return 0


def say_value(value: Any) -> str:
    """As the field shows it."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def issue(rule: str, phrase: Phrase, place: str, **details: str) -> Issue:
    return Issue(code="value", rule=f"web.{rule}", phrase=phrase, location=place, details=details)
