"""Resources that need nothing looked up, checked before a transaction begins.

The general way (`plan`, `execution`) reads every reference of every resource, for what the entries
of a bundle may call each other. A resource that is valid by itself has nothing of that: outside of
a transaction Bundle, a conditional reference is not of the form of a reference.
"""

from typing import Any, NewType

from hygie.refusal import has_errors
from hygie.store.contract import Resource
from hygie.store.interactions.addresses import ID
from hygie.store.interactions.checking import Checking
from hygie.store.interactions.checks import check_shape, is_subsetted
from hygie.store.interactions.interaction import Interaction
from hygie.store.interactions.links import new_id
from hygie.store.interactions.plan import with_id
from hygie.store.interactions.problems import Problems

Sound = NewType("Sound", dict[str, Any])
"""A resource that was found to be valid, and to need nothing but being written."""


def sound(resource: Resource, validator: Checking) -> Sound | None:
    """The resource, or None when the general way must have it: to be resolved, or refused."""
    given = resource.get("id", "new")
    if not isinstance(given, str) or not ID.fullmatch(given):
        return None
    issues = validator.validate(resource)
    if (issues and has_errors(issues)) or is_subsetted(resource):
        return None
    return Sound(resource)


def sound_step(step: Interaction, validator: Checking) -> Sound | None:
    """What a lone create or update writes, under its id; None when the general way must have it."""
    if step.resource is None or step.query or step.verb not in ("create", "update"):
        return None
    problems = Problems()
    check_shape(step, problems)
    if problems:
        return None
    if step.verb == "update":
        return sound(step.resource, validator)
    return sound(with_id(step.resource, f"{step.type}/{new_id()}"), validator)
