"""Whose a search's matches can only be, when it says so: then nothing more is asked of their rows
than that these patients are within reach."""

from collections.abc import Sequence
from typing import Final

from hygie.fhir.search import possible_targets, sources
from hygie.fhir.search.query import Condition, Criterion, ReferenceValue, TokenValue, Value
from hygie.store.vault import Vault

_ID: Final = "_id"


def patients_asked(
    vault: Vault, kind: str, conditions: Sequence[Condition]
) -> frozenset[int] | None:
    """Keys of patients, of whom each match is one or names one; None when it can be anybody's."""
    for one in conditions:
        if isinstance(one, Criterion) and one.values and not one.modifier:
            ids = [_patient(vault, kind, one, value) for value in one.values]
            named = [id for id in ids if id]
            if len(named) == len(ids):
                return frozenset(vault.keyring.reference("Patient", id) for id in named)
    return None


def _patient(vault: Vault, kind: str, criterion: Criterion, value: Value) -> str | None:
    """The id that a value names, if whatever has it is in that patient's record."""
    if isinstance(value, TokenValue):
        own = kind == "Patient" and criterion.parameter.code == _ID
        return value.code if own else None
    if not isinstance(value, ReferenceValue) or value.url or kind == "Patient":
        return None
    parameter, registry = criterion.parameter, vault.registry.base
    if parameter.edition or not _ties(vault, kind, parameter.code):
        return None
    only = value.type or "".join(possible_targets(registry, parameter, kind))
    return value.id if only == "Patient" else None


def _ties(vault: Vault, kind: str, code: str) -> bool:
    """Whether what this parameter refers to a patient by lies in that patient's record."""
    members = vault.registry.patient_compartment.get(kind, ())
    found = sources(vault.registry.base, kind, code)
    return bool(found) and set(found) <= set(members)
