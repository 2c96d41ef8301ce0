"""From interactions to a plan: everything that can be known before the store is asked."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from hygie.fhir.definitions import Registry
from hygie.refusal import Category
from hygie.store.contract import Resource
from hygie.store.interactions import messages
from hygie.store.interactions.checking import Checking
from hygie.store.interactions.checks import check_resource, check_shape
from hygie.store.interactions.interaction import Interaction
from hygie.store.interactions.links import Links, new_id
from hygie.store.interactions.problems import Problems

PAUSE_EVERY: Final = 25
"""Resources checked before other requests get their turn on the event loop."""


class Plan(msgspec.Struct, frozen=True):
    """Writes that agree with each other; three sequences of the same length.

    `targets`: "Type/id" of what each writes, a placeholder while its criteria are not looked up.
    `resources`: with references to targets, and their own id; None for patches and deletes.
    Never changed, so that a transaction can be tried again from it.
    """

    interactions: tuple[Interaction, ...]
    targets: tuple[str, ...]
    resources: tuple[Resource | None, ...]
    links: Links


async def prepare(
    interactions: Sequence[Interaction],
    validator: Checking,
    registry: Registry,
    problems: Problems | None = None,
) -> Plan:
    """The plan of these writes. Raises `Refused` with every problem of every one of them."""
    problems = Problems() if problems is None else problems
    for interaction in interactions:
        check_shape(interaction, problems)
    targets = tuple(_target(interaction) for interaction in interactions)
    require_distinct(zip(interactions, targets, strict=True), problems)
    links = _links(interactions, targets, registry, problems)
    resources: list[Resource | None] = []
    for number, (interaction, target) in enumerate(zip(interactions, targets, strict=True), 1):
        resources.append(_resource(interaction, target, links, validator, problems))
        if number % PAUSE_EVERY == 0:
            await asyncio.sleep(0)
    problems.refuse_if_any()
    return Plan(tuple(interactions), targets, tuple(resources), links)


def _target(interaction: Interaction) -> str:
    id_ = interaction.id
    if interaction.verb == "create" or interaction.query:
        id_ = new_id()
    return f"{interaction.type}/{id_}"


def require_distinct(pairs: Iterable[tuple[Interaction, str]], problems: Problems) -> None:
    """No two writes touch one resource: their order would matter (R4 §3.1.0.11.2)."""
    first: dict[str, Interaction] = {}
    for interaction, target in pairs:
        other = first.setdefault(target, interaction)
        if other is not interaction:
            problems.add(
                Category.INVALID,
                "bundle.identity-twice",
                messages.IDENTITY_TWICE,
                code="duplicate",
                location=interaction.place,
                other=other.place or other.verb,
            )


def _links(
    interactions: Sequence[Interaction],
    targets: Sequence[str],
    registry: Registry,
    problems: Problems,
) -> Links:
    links = Links(registry.is_resource)
    first: dict[str, Interaction] = {}
    for interaction, target in zip(interactions, targets, strict=True):
        url = interaction.full_url
        if not url or interaction.verb not in ("create", "update"):
            continue
        other = first.setdefault(url, interaction)
        if not links.name(url, target):
            problems.add(
                Category.INVALID,
                "bundle.full-url-twice",
                messages.FULL_URL_TWICE,
                code="duplicate",
                location=f"{interaction.place}.fullUrl",
                other=other.place or other.verb,
            )
    return links


def _resource(
    interaction: Interaction, target: str, links: Links, validator: Checking, problems: Problems
) -> Resource | None:
    resource = interaction.resource
    if resource is None or interaction.verb not in ("create", "update"):
        return None
    seen = links.seen(resource)
    if interaction.place:
        _refuse_dangling(interaction.place, links.dangling(resource, seen), problems)
    linked = links.rewrite(resource, seen, interaction.full_url)
    if interaction.verb == "create" or "id" not in resource:
        linked = with_id(linked, target)
    check_resource(linked, interaction.place, validator, problems)
    return linked


def _refuse_dangling(place: str, dangling: Iterable[str], problems: Problems) -> None:
    for reference in dangling:
        problems.add(
            Category.UNPROCESSABLE,
            "bundle.reference-dangling",
            messages.REFERENCE_DANGLING,
            code="not-found",
            location=f"{place}.resource",
            reference=reference[:64],
        )


def with_id(resource: Resource, target: str) -> Resource:
    """The resource under the id of its target, right after its type."""
    rest = {k: v for k, v in resource.items() if k not in ("resourceType", "id")}
    return {
        "resourceType": resource["resourceType"],
        "id": target.partition("/")[2],
        **rest,
    }
