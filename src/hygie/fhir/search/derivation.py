"""Parameters whose entries are those of others, which are then filed once.

`Observation.combo-code` reads what `code` and `component-code` read; `patient` is `subject` where
it leads to a Patient. Told from what is compiled for each alternative (`a | b`) of an expression,
so that two spellings of one path are one.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.path.parser import parse
from hygie.fhir.path.syntax import Node, operands
from hygie.fhir.search.extraction import alternative_lines, partial_source
from hygie.fhir.search.plans import is_indexed
from hygie.fhir.search.targets import without_filter


class Derivation(NamedTuple):
    """The parameters whose entries together are one's own: those that lead to `target`, if any."""

    sources: tuple[str, ...]
    """In alphabetical order; the parameter itself when it is derived from none."""
    target: str = ""


class _Piece(NamedTuple):
    """One alternative of an expression: what is compiled for it, and the target it keeps."""

    lines: tuple[str, ...]
    target: str


_Pieces = frozenset[_Piece]
_MAX_TYPES: Final = 256


def sources(registry: Registry, resource_type: str, code: str) -> tuple[str, ...]:
    """Names of the parameters whose entries together are those of this one; itself when none.

    Where `kept_target` names a type, only their entries that lead to it are this one's.
    """
    return derivation(registry.base, resource_type, code).sources


def kept_target(registry: Registry, resource_type: str, code: str) -> str:
    """The type to which a derived parameter narrows its sources ("Patient"), or ""."""
    return derivation(registry.base, resource_type, code).target


def derivation(registry: Registry, resource_type: str, code: str) -> Derivation:
    """Sources and target of a parameter; itself for one that yields no entries."""
    return derivations(registry, resource_type).get(code, Derivation((code,)))


@lru_cache(maxsize=_MAX_TYPES)
def derivations(registry: Registry, resource_type: str) -> dict[str, Derivation]:
    """Of every parameter of a type that can yield entries, by code, in alphabetical order.

    The sources of a derived parameter are never derived themselves.
    """
    parameters = registry.parameters(resource_type)
    pieces = {
        code: own
        for code, parameter in sorted(parameters.items())
        if is_indexed(parameter) and (own := _pieces(registry, resource_type, parameter))
    }
    # Small before large, narrowed last: a parameter's sources are settled before itself.
    order = sorted(pieces, key=lambda code: (_narrowed(pieces[code]) != "", len(pieces[code])))
    filed: dict[str, _Pieces] = {}
    found: dict[str, Derivation] = {}
    for code in order:
        kind = parameters[code].type
        alike = {name: own for name, own in filed.items() if parameters[name].type == kind}
        found[code] = _derived(pieces[code], alike) or Derivation((code,))
        if found[code].sources == (code,):
            filed[code] = pieces[code]
    return {code: found[code] for code in pieces}


@lru_cache(maxsize=_MAX_TYPES)
def filing_source(registry: Registry, resource_type: str) -> str:
    """`evaluate(resource)`, the entries of the parameters that are derived from no other."""
    found = derivations(registry, resource_type).items()
    codes = [code for code, derived in found if derived.sources == (code,)]
    return partial_source(registry, resource_type, codes, implied=False)


@lru_cache(maxsize=_MAX_TYPES)
def patient_ties(registry: Registry, resource_type: str) -> dict[str, int]:
    """The parameters that tie a resource to a Patient's compartment, and their sources: by rank.

    First those by which a record is about someone, then those by which someone took part in it.
    """
    ranks: dict[str, int] = {}
    for rank, code in enumerate(registry.patient_compartment.get(resource_type, ())):
        for name in (code, *sources(registry, resource_type, code)):
            ranks.setdefault(name, rank)
    return ranks


def _derived(wanted: _Pieces, filed: dict[str, _Pieces]) -> Derivation | None:
    """The filed parameters that have these pieces and no others; or have them unnarrowed."""
    if covering := _covering(wanted, filed):
        return Derivation(covering)
    target = _narrowed(wanted)
    whole = frozenset(piece._replace(target="") for piece in wanted)
    covering = _covering(whole, filed) if target else ()
    return Derivation(covering, target) if covering else None


def _covering(wanted: _Pieces, filed: dict[str, _Pieces]) -> tuple[str, ...]:
    within = {name: own for name, own in filed.items() if own <= wanted}
    exact = [name for name, own in within.items() if own == wanted]
    if exact:
        return (exact[0],)
    return tuple(sorted(within)) if frozenset().union(*within.values()) == wanted else ()


def _narrowed(pieces: Iterable[_Piece]) -> str:
    """The one type that every piece keeps, or ""."""
    targets = {piece.target for piece in pieces}
    return targets.pop() if len(targets) == 1 else ""


def _pieces(registry: Registry, resource_type: str, parameter: SearchParameter) -> _Pieces:
    """The alternatives that can yield an entry in a resource of that type."""
    neutral = msgspec.structs.replace(parameter, code="")
    found = []
    for node in operands(parse(parameter.expression)):
        target, path = _kept(parameter, node)
        if lines := alternative_lines(registry, resource_type, neutral, path):
            found.append(_Piece(tuple(lines), target))
    return frozenset(found)


def _kept(parameter: SearchParameter, node: Node) -> tuple[str, Node]:
    return without_filter(node) if parameter.type == "reference" else ("", node)
