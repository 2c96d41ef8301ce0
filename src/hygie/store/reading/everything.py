"""`Patient/$everything`: a patient's compartment, and what it refers to (R4 §10.1.2.1)."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from hygie.fhir.definitions import Registry
from hygie.limits import MAX_EVERYTHING, MAX_INCLUDED
from hygie.refusal import Issue
from hygie.store.contract import Page
from hygie.store.database import Connection
from hygie.store.search import Found, cursors
from hygie.store.search.inclusion import inclusion_broad
from hygie.store.search.order import Key, Order
from hygie.store.search.recheck import Recheck
from hygie.store.search.scan import COLUMNS, Plan, Scan
from hygie.store.search.sql import Arguments
from hygie.store.search.statements import OneConnection
from hygie.store.search.visible import Visible
from hygie.store.vault import Opened, Vault, patients_of

REFERENCE: Final = b'"reference":"'
TARGET: Final = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/|$)")


async def everything(  # noqa: PLR0913 - the fields of one request
    connection: Connection,
    vault: Vault,
    registry: Registry,
    visible: Visible,
    patient: str,
    *,
    types: Sequence[str],
    since: datetime | None,
    count: int,
    cursor: str,
) -> Found:
    """One page: the patient first, then the compartment in the order of keys.

    `included` holds what those on the page refer to, unless it is some patient's own.
    """
    binding = cursors.binding_of("everything", patient, ",".join(types), str(since))
    after = cursors.read(vault.keyring, cursor, binding)
    arguments = Arguments()
    key = vault.keyring.reference("Patient", patient)
    kinds = _kinds(registry, types, visible)
    relation = await _relation(connection, vault, key, kinds, arguments)
    within = visible.among(kinds, "r", arguments)
    where = f"{_where(since, arguments)} AND ({within.sql})"
    plan = Plan(relation, where, arguments, (), wide=not within.exact, within=visible.has)
    scan = Scan(OneConnection(connection), vault, plan, Recheck(vault.extractor))
    first = Key(f"(r.key <> {scan.arguments.number(key)})::int::bigint", descending=False)
    found, following = await scan.first(Order((first,)), after, max(1, min(count, MAX_EVERYTHING)))
    supporting, issues = (
        ([], []) if types else await _supporting(connection, vault, registry, visible, found)
    )
    page = Page(
        matches=tuple(one.stored for one in found),
        included=tuple(one.stored for one in supporting),
        next=cursors.write(vault.keyring, following, binding) if following else "",
        issues=(*scan.issues, *issues),
    )
    return Found(page, frozenset(patients_of([*found, *supporting])))


def _kinds(registry: Registry, types: Sequence[str], visible: Visible) -> set[str]:
    compartment = {"Patient", *registry.patient_compartment}
    wanted = compartment.intersection(types or compartment)
    return {kind for kind in wanted if not visible.bound(kind).empty}


async def _relation(
    connection: Connection, vault: Vault, key: int, kinds: Collection[str], arguments: Arguments
) -> str:
    """What is this patient's alone, and what is several patients' and this one's too."""
    held = await vault.partitions.among(connection, kinds)
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


async def _supporting(
    connection: Connection,
    vault: Vault,
    registry: Registry,
    visible: Visible,
    found: Sequence[Opened],
) -> tuple[list[Opened], list[Issue]]:
    """What the bodies refer to outside the compartment. Refused beyond MAX_INCLUDED."""
    targets = _targets(registry, found)
    if not targets:
        return [], []
    if len(targets) > MAX_INCLUDED:
        raise inclusion_broad()
    kinds = {kind for kind, _ in targets if not visible.bound(kind).empty}
    arguments = Arguments()
    within = visible.among(kinds, "r", arguments)
    held = await vault.partitions.among(connection, kinds)
    keys = [vault.keyring.reference(kind, id) for kind, id in targets]
    query = (
        f"SELECT {COLUMNS} FROM {held} r "  # noqa: S608
        f"WHERE r.key = ANY ({arguments.numbers(keys)}) AND NOT r.deleted AND ({within.sql}) "
        "ORDER BY r.type, r.key"
    )
    opened, issues = await vault.open_all(await connection.fetch(query, *arguments.values))
    return [
        one for one in opened if (one.stored.type, one.stored.id) in targets and visible.has(one)
    ], issues


def _targets(registry: Registry, found: Sequence[Opened]) -> set[tuple[str, str]]:
    """Types and ids. Kept bodies have no space between tokens, and no quote of a text unescaped:
    what looks like a reference is one.
    """
    seen: set[bytes] = set()
    for one in found:
        for part in one.stored.body.split(REFERENCE)[1:]:
            seen.add(part[: part.find(b'"')])
    inside = {"Patient", *registry.patient_compartment}
    named = (TARGET.match(reference.decode()) for reference in seen)
    targets = {(name[1], name[2]) for name in named if name}
    return {(k, id) for k, id in targets if k not in inside and registry.is_resource(k)}
