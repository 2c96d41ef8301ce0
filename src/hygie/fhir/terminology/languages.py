"""Which language a text is wanted in: Accept-Language (RFC 9110 §12.5.4), matched by RFC 4647."""

from typing import Final, NamedTuple

from hygie.limits import MAX_ACCEPTED_LANGUAGES

ANY: Final = "*"


class Wanted(NamedTuple):
    """One language of a list, as BCP 47 writes it, and how much it is wanted: 0 is "not this"."""

    tag: str
    weight: float


def read_languages(text: str) -> tuple[Wanted, ...]:
    """`fr-CA, en;q=0.5, *;q=0` as a list, most wanted first; what cannot be read is left out."""
    found = (_wanted(item) for item in text.split(",")[:MAX_ACCEPTED_LANGUAGES])
    return tuple(sorted((item for item in found if item.tag), key=lambda item: -item.weight))


def covers(wanted: str, language: str) -> bool:
    """Whether a text in a language serves who wants another: `fr` is served by `fr-FR`."""
    asked, had = wanted.lower(), language.lower()
    return asked in (ANY, had) or had.startswith(asked + "-")


def nearly(wanted: str, language: str) -> bool:
    """Whether one is the other's more general form: who wants `fr-FR` can read `fr`, or `fr-CA`."""
    return wanted.lower().partition("-")[0] == language.lower().partition("-")[0]


def _wanted(item: str) -> Wanted:
    tag, _, rest = item.strip().partition(";")
    name, _, value = rest.strip().partition("=")
    try:
        weight = float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        weight = 0.0
    is_tag = all(part.isalnum() for part in tag.strip().split("-")) or tag.strip() == ANY
    return Wanted(tag.strip() if is_tag else "", weight if 0 <= weight <= 1 else 0.0)
