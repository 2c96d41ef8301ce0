"""A FHIR resource that came alone: filed under its id, or a new one."""

from hygie.intake.filing.work import Work
from hygie.nomenclature.mapping.concepts import enrich
from hygie.store.contract import Resource
from hygie.store.interactions import creating, updating


async def file_resource(work: Work, resource: Resource) -> bool:
    """True when it made a version; False when the store held exactly this."""
    enrich(resource, work.rooms.correspondences)
    step = updating(resource) if "id" in resource else creating(resource)
    work.wrote = True
    [done] = await work.repository.apply(work.tx, [step])
    return done.stored is not None and work.tx.made(done.stored)
