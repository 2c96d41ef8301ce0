"""What stops the making of rows: said of the column and the type of resource, never of a value."""

from typing import Final

from hygie.limits import MAX_JSON_DEPTH, MAX_VIEW_ROWS
from hygie.refusal import Category, Phrase, Refused, refuse

SEVERAL: Final = Phrase(
    "La colonne « {name} » a plusieurs valeurs pour une ressource {resource} : déclarez-la "
    "« collection », ou choisissez la valeur (first(), where(…), forEach).",
    "The column “{name}” has several values for a {resource}: declare it a “collection”, or "
    "choose the value (first(), where(…), forEach).",
)
MISFIT: Final = Phrase(
    "La colonne « {name} » devrait être de type « {type} » ; une ressource {resource} donne "
    "autre chose.",
    "The column “{name}” should be of type “{type}”; a {resource} gives something else.",
)
NOT_BOOLEAN: Final = Phrase(
    "{place} : une condition donne vrai ou faux ; pour une ressource {resource}, elle donne "
    "autre chose.",
    "{place}: a condition gives true or false; for a {resource}, it gives something else.",
)
TOO_MANY_ROWS: Final = Phrase(
    "La vue fait plus de {limit} lignes d’une seule ressource {resource}, la limite.",
    "The view makes more than {limit} rows of one {resource}, the limit.",
)
ENDLESS: Final = Phrase(
    "{place} : « repeat » ne s’arrête pas après {limit} niveaux.",
    "{place}: “repeat” does not end after {limit} levels.",
)


def several(resource: str, name: str, place: str) -> Refused:
    return _stopped("several-values", SEVERAL, place, resource=resource, name=name)


def misfit(resource: str, name: str, type_name: str, place: str) -> Refused:
    return _stopped("misfit", MISFIT, place, resource=resource, name=name, type=type_name)


def not_boolean(resource: str, place: str) -> Refused:
    return _stopped("not-boolean", NOT_BOOLEAN, place, resource=resource, place=place)


def too_many_rows(resource: str) -> Refused:
    return _stopped("rows", TOO_MANY_ROWS, "", resource=resource, limit=str(MAX_VIEW_ROWS))


def endless(place: str) -> Refused:
    return _stopped("endless", ENDLESS, place, place=place, limit=str(MAX_JSON_DEPTH))


def _stopped(rule: str, phrase: Phrase, location: str, **details: str) -> Refused:
    return refuse(
        Category.UNPROCESSABLE,
        f"view.{rule}",
        phrase,
        code="processing",
        location=location,
        **details,
    )
