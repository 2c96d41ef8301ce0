"""Primitive types: how generated code tests a value, and what is said when it is wrong.

Formats come from the definitions' regular expressions (R4 §2.24.0.1); what these cannot say is
added here: real calendar dates, 32-bit integers, linear-time base64, control characters, size.
"""

import binascii
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from hygie.fhir.definitions import Registry
from hygie.fhir.validate.narrative import is_narrative
from hygie.limits import MAX_STRING_CHARACTERS

Format = Callable[[str], object]
"""Truthy when the text is well formed."""

INTEGERS: Final[Mapping[str, tuple[int, int]]] = {
    "integer": (-(2**31), 2**31 - 1),
    "unsignedInt": (0, 2**31 - 1),
    "positiveInt": (1, 2**31 - 1),
}
TEXTS: Final = frozenset({"string", "markdown"})
URIS: Final = frozenset({"canonical", "uri", "url"})
TOKENS: Final = URIS | {"code"}
DATES: Final = frozenset({"date", "dateTime", "instant"})

FIRST_YEAR, LAST_YEAR = 1800, 2120
"""Outside of these a year is most probably a typing error; 9999 is no date that means « never »:
an end that is not known is left out."""

CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Below U+0020 save tab, LF and CR: advised against for strings; and what else XML has not, so that
whatever is valid has a form in XML too (XML 1.0 §2.2)."""
BASE64_GROUPS: Final = re.compile(r"(?:\s*+[0-9A-Za-z+/=]{4}+)++\s*+", re.ASCII)
"""Possessive: a document of 50 MB would else leave gigabytes of places to come back to."""
UUID: Final = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OID: Final = r"[0-2](\.(0|[1-9][0-9]*))+"
URNS: Final = rf"(?!urn:uuid:(?!{UUID}([|#]|\Z)))(?!urn:oid:(?!{OID}([|#]|\Z)))"
"""Goes before a pattern: URNs of these kinds are whole, UUIDs in lower case (§2.24.0.1, uri:
"This regex is very permissive, but URIs must be valid"; RFC 4122 §3, RFC 3061 §2)."""
CANONICAL: Final = r"#|[A-Za-z][A-Za-z0-9+.\-]*:"
"""How a canonical begins: as an absolute URL, or "#id" of a contained resource (R4 §2.24.0.1)."""
OPENING_GROUP: Final = re.compile(r"(?<!\\)\((?!\?)")


class Expected(NamedTuple):
    """What a well-formed value looks like, to end a sentence."""

    fr: str
    en: str


URI: Final = Expected(
    "une URI sans espace ; urn:uuid: est suivi d’un UUID en minuscules, urn:oid: d’un OID",
    "a URI without spaces; urn:uuid: is followed by a lower-case UUID, urn:oid: by an OID",
)
EXPECTED: Final[Mapping[str, Expected]] = {
    "base64Binary": Expected("un texte en base64", "base64 text"),
    "boolean": Expected("true ou false, sans guillemets", "true or false, without quotes"),
    "canonical": URI,
    "code": Expected(
        "un texte sans espace au début, à la fin, ni doublé",
        "text without leading, trailing or doubled spaces",
    ),
    "date": Expected("AAAA, AAAA-MM ou AAAA-MM-JJ", "YYYY, YYYY-MM or YYYY-MM-DD"),
    "dateTime": Expected(
        "AAAA, AAAA-MM, AAAA-MM-JJ ou AAAA-MM-JJThh:mm:ss avec fuseau",
        "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a time zone",
    ),
    "decimal": Expected("un nombre, sans guillemets", "a number, without quotes"),
    "id": Expected(
        "1 à 64 caractères parmi lettres non accentuées, chiffres, « - » et « . »",
        "1 to 64 characters among ASCII letters, digits, “-” and “.”",
    ),
    "instant": Expected("AAAA-MM-JJThh:mm:ss avec fuseau", "YYYY-MM-DDThh:mm:ss with a time zone"),
    "integer": Expected("un entier sur 32 bits", "a 32-bit integer"),
    "markdown": Expected("un texte non vide", "text that is not empty"),
    "oid": Expected("urn:oid: suivi de l’OID", "urn:oid: and the OID"),
    "positiveInt": Expected("un entier à partir de 1", "an integer from 1"),
    "string": Expected("un texte non vide", "text that is not empty"),
    "time": Expected("hh:mm:ss", "hh:mm:ss"),
    "unsignedInt": Expected("un entier à partir de 0", "an integer from 0"),
    "uri": URI,
    "url": URI,
    "uuid": Expected("urn:uuid: suivi de l’UUID en minuscules", "urn:uuid: and a lower-case UUID"),
    "xhtml": Expected("un élément <div> XHTML", "one XHTML <div> element"),
}


def wrong(type_name: str, value: str = "item") -> str:
    """Python source of a test that is true when `value` is not a valid primitive of the type."""
    if type_name == "boolean":
        return f"{value} is not True and {value} is not False"
    if type_name in INTEGERS:
        low, high = INTEGERS[type_name]
        return f"type({value}) is not int or not {low} <= {value} <= {high}"
    if type_name == "decimal":
        return f"type({value}) is not int and not is_decimal({value})"
    return f"type({value}) is not str or {_malformed(type_name, value)}"


def _malformed(type_name: str, text: str) -> str:
    """The test of a string. What most values are is tried first, without a call.

    Also true of what deserves a second look: a year that is unlikely, a text with a « < ».
    """
    if type_name in TEXTS:
        fair = f"0 < len({text}) <= {MAX_STRING_CHARACTERS}"
        return f"not {fair} or '<' in {text} or not ({text}.isprintable() or is_text({text}))"
    if type_name in TOKENS:
        plain = f'{text} and {text}.isprintable() and " " not in {text} and {text}[:4] != "urn:"'
        if type_name == "canonical":
            plain += f' and ({text}[:7] == "http://" or {text}[:8] == "https://")'
        return f"not ({plain} or is_{type_name}({text}))"
    if type_name in DATES:
        likely = f"'{FIRST_YEAR}' <= {text}[:4] <= '{LAST_YEAR}'"
        calendar = f"{text}[8:10] > '28' and not in_calendar({text})"
        return f"not is_{type_name}({text}) or not {likely} or {calendar}"
    return f"not is_{type_name}({text})"


def formats(registry: Registry) -> dict[str, Format]:
    """Primitive type -> its test of a string: form only, dates may be out of the calendar."""
    found: dict[str, Format] = {"base64Binary": is_base64, "xhtml": is_narrative}
    for definition in registry.types.values():
        if definition.kind == "primitive" and definition.name not in found:
            urns = URNS if definition.name in URIS else ""
            urns += f"(?={CANONICAL})" if definition.name == "canonical" else ""
            found[definition.name] = _whole(urns + definition.pattern)
    return found


def is_decimal(value: object) -> bool:
    return type(value) is Decimal and value.is_finite()


def is_text(text: str) -> bool:
    """Whether a string, known to be of a fair length, has no control character."""
    return CONTROL.search(text) is None


def is_base64(text: str) -> bool:
    """RFC 4648, with white space between groups of four. Linear, unlike the definitions' regex."""
    if not BASE64_GROUPS.fullmatch(text):
        return False
    try:
        binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except binascii.Error:
        return False
    return True


def in_calendar(text: str) -> bool:
    """Whether a well-formed date, dateTime or instant names a day that exists."""
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _whole(pattern: str) -> Format:
    """Matches the whole of a text that is not empty. ASCII: \\S includes the no-break space."""
    lighter = OPENING_GROUP.sub("(?:", pattern)
    return re.compile(f"(?!\\Z)(?:{lighter})", re.ASCII).fullmatch
