"""`Patient/$everything`: a patient's compartment, and what it refers to (R4 §10.1.2.1)."""

from collections.abc import Sequence
from datetime import datetime

from hygie.fhir.definitions import Registry
from hygie.fhir.search.query import Include, Query
from hygie.limits import MAX_PAGE
from hygie.store.contract import Page
from hygie.store.database import Connection
from hygie.store.search import Found, cursors
from hygie.store.search.inclusion import Inclusion
from hygie.store.search.order import Key, Order
from hygie.store.search.scan import Plan, Scan
from hygie.store.search.sql import Arguments
from hygie.store.vault import Opened, Vault, patients_of


async def everything(  # noqa: PLR0913 - the fields of one request
    connection: Connection,
    vault: Vault,
    registry: Registry,
    patient: str,
    *,
    types: Sequence[str],
    since: datetime | None,
    count: int,
    cursor: str,
) -> Found:
    """One page: the patient first, then the compartment in the order it was filed.

    `included` holds what those on the page refer to, unless it is some patient's own.
    """
    binding = cursors.binding_of("everything", patient, ",".join(types), str(since))
    after = cursors.read(vault.keyring, cursor, binding)
    arguments = Arguments()
    key = vault.keyring.reference("Patient", patient)
    relation = await _relation(connection, vault, registry, key, types, arguments)
    plan = Plan(relation, _where(since, arguments), arguments, ())
    scan = Scan(connection, vault, plan, linked=True)
    first = Key(f"(r.key <> {scan.arguments.number(key)})::int::bigint", descending=False)
    found, following = await scan.first(Order((first,)), after, max(1, min(count, MAX_PAGE)))
    inclusion = Inclusion(connection, vault, registry, without=registry.patient_compartment)
    supporting = [] if types else await inclusion.gather(_references(found), found)
    page = Page(
        matches=tuple(one.stored for one in found),
        included=tuple(one.stored for one in supporting),
        next=cursors.write(vault.keyring, following, binding) if following else "",
        issues=(*scan.issues, *inclusion.issues),
    )
    return Found(page, frozenset(patients_of([*found, *supporting])))


async def _relation(
    connection: Connection,
    vault: Vault,
    registry: Registry,
    key: int,
    types: Sequence[str],
    arguments: Arguments,
) -> str:
    """What is this patient's alone, and what is several patients' and this one's too."""
    compartment = {"Patient", *registry.patient_compartment}
    held = await vault.partitions.among(connection, compartment.intersection(types or compartment))
    member = arguments.numbers([vault.blinder.names.member(key)])
    return (
        f"(SELECT * FROM {held} o WHERE o.patient = {arguments.number(key)} "  # noqa: S608
        f"UNION ALL SELECT * FROM {held} s WHERE s.tokens @> {member})"
    )


def _where(since: datetime | None, arguments: Arguments) -> str:
    where = "NOT r.deleted"
    if since is not None:
        where += f" AND r.updated >= {arguments.moment(since)}"
    return where


def _references(found: Sequence[Opened]) -> Query:
    kinds = sorted({one.stored.type for one in found})
    return Query(type="Patient", includes=tuple(Include(kind, None) for kind in kinds))
