"""Which search parameters the establishment wants: its active SearchParameter resources."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.search import own_phrases as phrases
from hygie.fhir.search.own import is_wanted, read_own
from hygie.limits import MAX_OWN_PARAMETERS
from hygie.refusal import Category, Refused, refuse
from hygie.store.contract import StoredResource
from hygie.store.parameters.catalogue import USED, Own


class Wanted(NamedTuple):
    """What is to be taken up and given up, and what cannot be."""

    new: list[SearchParameter]
    gone: list[int]
    """Editions."""
    refused: dict[str, Refused]
    """By URL."""


def wanted(registry: Registry, stored: Iterable[StoredResource], known: Sequence[Own]) -> Wanted:
    """What the resources ask for, beside what is known. Nothing is taken up twice.

    Of two resources of one URL the one written last counts; of two that would share a code on a
    type, the one that is in use, or came first.
    """
    read, refused = _read(registry, sorted(stored, key=lambda each: each.updated))
    used = {_plain(each.parameter): each.parameter for each in known if each.state in USED}
    kept = [parameter for plain, parameter in used.items() if plain in read.values()]
    new: list[SearchParameter] = []
    for url, parameter in read.items():
        if parameter in used:
            continue
        try:
            _check_room([*kept, *new], parameter)
            new.append(parameter)
        except Refused as problem:
            refused[url] = problem
    keeps = {each.edition for each in kept}
    gone = [each.edition for each in used.values() if each.edition not in keeps]
    return Wanted(new, gone, refused)


def check_wanted(registry: Registry, definition: Mapping[str, Any]) -> None:
    """Refused when an active SearchParameter that is being written could not be taken up."""
    if not is_wanted(definition):
        return
    parameter = read_own(registry, definition)
    if parameter is not None:
        others = [a.parameter for a in registry.additions if a.state != "leaving"]
        _check_room([each for each in others if each.url != parameter.url], parameter)


def _read(
    registry: Registry, stored: Iterable[StoredResource]
) -> tuple[dict[str, SearchParameter], dict[str, Refused]]:
    read: dict[str, SearchParameter] = {}
    refused: dict[str, Refused] = {}
    for each in stored:
        definition = decode(each.body)
        url = str(definition.get("url", ""))
        if not is_wanted(definition):
            continue
        read.pop(url, None)
        refused.pop(url, None)
        try:
            parameter = read_own(registry, definition)
        except Refused as problem:
            refused[url] = problem
        else:
            if parameter is not None:
                read[url] = parameter
    return read, refused


def _check_room(others: Sequence[SearchParameter], parameter: SearchParameter) -> None:
    for other in others:
        shared = sorted(set(other.base) & set(parameter.base))
        if other.code == parameter.code and shared:
            raise refuse(
                Category.UNPROCESSABLE, "search-parameter.twice", phrases.TWICE, code="duplicate",
                location="SearchParameter.code", name=parameter.code, url=other.url, type=shared[0],
            )  # fmt: skip
    if len(others) >= MAX_OWN_PARAMETERS:
        raise refuse(
            Category.UNPROCESSABLE, "search-parameter.too-many", phrases.TOO_MANY,
            code="too-costly", location="SearchParameter", limit=str(MAX_OWN_PARAMETERS),
        )  # fmt: skip


def _plain(parameter: SearchParameter) -> SearchParameter:
    return msgspec.structs.replace(parameter, edition=0)
