"""Ready views of a French hospital: one ViewDefinition a file, to be used as it is or copied."""

from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, Final

from hygie.fhir.codec import decode
from hygie.insight.views.definition import View
from hygie.insight.views.reading import read_view
from hygie.refusal import Category, Phrase, refuse

SUFFIX: Final = ".json"
UNKNOWN: Final = Phrase(
    "Il n’y a pas de vue prête « {name} ».{hint_fr} Vues prêtes : {known}.",
    "There is no ready view “{name}”.{hint_en} Ready views: {known}.",
)


@cache
def names() -> tuple[str, ...]:
    """The names of the ready views, in alphabetical order."""
    files = (file.name for file in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in files if name.endswith(SUFFIX)))


def definition(name: str) -> dict[str, Any]:
    """The ViewDefinition resource of a ready view. Raises Refused when there is none."""
    if name not in names():
        close = get_close_matches(name, names(), 1)
        raise refuse(
            Category.NOT_FOUND,
            "view.unknown",
            UNKNOWN,
            code="not-found",
            name=name[:80],
            known=", ".join(names()),
            hint_fr=f" Vouliez-vous dire « {close[0]} » ?" if close else "",
            hint_en=f" Did you mean “{close[0]}”?" if close else "",
        )
    return decode(resources.files(__package__).joinpath(name + SUFFIX).read_bytes())


def ready(name: str) -> View:
    """A ready view, read. Raises Refused when there is none of that name."""
    return read_view(definition(name))
