"""What a loader gives: for each system in the files, its header, and what is said of concepts."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.versions import fits
from hygie.nomenclature.books import Header, Piece
from hygie.nomenclature.loading import phrases
from hygie.nomenclature.loading.faults import fault
from hygie.nomenclature.loading.given import Given


class Reading(NamedTuple):
    """One system. `pieces` begins anew, in the same order, each time it is called."""

    header: Header
    pieces: Callable[[], Iterator[Piece]]


Loader = Callable[[Given], Sequence[Reading]]
"""Raises `Refused` when the files are not of its kind; so may its pieces, at any place."""


def code_system(url: str, version: str, name: str, title: str, **more: Any) -> Json:
    """The resource of a whole nomenclature, without its concepts."""
    return {
        "resourceType": "CodeSystem",
        "url": url,
        "version": version,
        "name": name,
        "title": title,
        "status": "active",
        "experimental": False,
        "content": "complete",
        "caseSensitive": True,
        **more,
    }


def declared(code: str, kind: str, uri: str = "", description: str = "") -> Json:
    """A property that a system's concepts may have."""
    members = {"code": code, "uri": uri, "description": description, "type": kind}
    return {name: value for name, value in members.items() if value}


def require_version(found: str, given: Given, place: str) -> str:
    """The version that the files are of; that of the command where they do not say."""
    version = found or given.options.version
    if not version:
        raise fault("nomenclature.version", phrases.NO_VERSION, place)
    wanted = given.options.expected
    if wanted and not fits(wanted, version):
        raise fault(
            "nomenclature.other-version", phrases.OTHER_VERSION, place, found=version, wanted=wanted
        )
    return version


def other_kind(kind: str, wanted: str, place: str) -> Exception:
    return fault("nomenclature.kind", phrases.NOT_THIS_KIND, place, kind=kind, wanted=wanted)
