"""The nomenclatures that can be loaded: what each is, where to get it, under which licence."""

from importlib import import_module
from typing import Final

import msgspec

from hygie.nomenclature.loading import phrases
from hygie.nomenclature.loading.reading import Loader
from hygie.refusal import Category, Phrase, refuse


class Kind(msgspec.Struct, frozen=True):
    """One nomenclature, as `hygie terminology load KIND` calls it."""

    name: str
    title: str
    files: Phrase
    """Which files are given."""
    source: str
    """Where they are published."""
    licence: str
    module: str

    @property
    def loader(self) -> Loader:
        """Imported when it is first used."""
        found: Loader = import_module(f"hygie.nomenclature.loading.{self.module}").read
        return found


KINDS: Final = (
    Kind(
        "fhir",
        "CodeSystem FHIR",
        Phrase(
            "fichiers, dossiers ou archives zip de ressources CodeSystem, en JSON ou en XML",
            "files, folders or zip archives of CodeSystem resources, in JSON or XML",
        ),
        "https://interop.esante.gouv.fr/terminologies, https://terminology.hl7.org",
        "—",
        "fhir",
    ),
    Kind(
        "csv",
        "Liste de codes",
        Phrase(
            "un tableau avec les colonnes code, libellé, et s’il y a lieu parent, définition, "
            "synonymes, inactif, display:en ; les autres sont des propriétés",
            "a table with the columns code, display, and where there are parent, definition, "
            "synonym, inactive, display:fr; the others are properties",
        ),
        "—",
        "—",
        "generic",
    ),
)


def kind(name: str) -> Kind:
    """Raises `Refused` when there is no such kind."""
    for known in KINDS:
        if known.name == name:
            return known
    raise refuse(
        Category.NOT_FOUND, "nomenclature.no-kind", phrases.NO_SUCH_KIND, code="not-found",
        kind=name[:40],
    )  # fmt: skip
