"""What must hold of one interaction before the store is asked anything. Pure."""

from hygie.refusal import Category
from hygie.store.contract import Resource
from hygie.store.interactions import messages
from hygie.store.interactions.addresses import ID
from hygie.store.interactions.checking import Checking
from hygie.store.interactions.interaction import Interaction
from hygie.store.interactions.problems import Problems, within


def check_shape(interaction: Interaction, problems: Problems) -> None:
    """Type and id of the resource agree with the address (R4 §3.1.0.4)."""
    place = interaction.place
    if interaction.id and not ID.fullmatch(interaction.id):
        problems.add(Category.INVALID, "id.form", messages.ID_INVALID, location=place)
    if interaction.verb not in ("create", "update"):
        return
    resource = interaction.resource
    if resource is None:
        problems.add(
            Category.INVALID,
            "resource.missing",
            messages.RESOURCE_MISSING,
            code="required",
            location=place,
        )
    elif resource.get("resourceType") != interaction.type:
        problems.add(
            Category.INVALID,
            "resource.type",
            messages.TYPE_MISMATCH,
            location=place,
            expected=interaction.type,
        )
    elif interaction.verb == "update" and not interaction.query:
        _check_id(interaction, resource, problems)


def _check_id(interaction: Interaction, resource: Resource, problems: Problems) -> None:
    given = resource.get("id")
    if given is None or not interaction.id:
        rule, phrase = "id.missing", messages.ID_MISSING
    elif given != interaction.id:
        rule, phrase = "id.mismatch", messages.ID_MISMATCH
    else:
        return
    location = interaction.place or interaction.type
    problems.add(Category.INVALID, rule, phrase, location=location, expected=interaction.id)


def check_resource(resource: Resource, place: str, validator: Checking, problems: Problems) -> None:
    """The resource is valid, and whole."""
    problems.extend(Category.UNPROCESSABLE, within(place, validator.validate(resource)))
    if is_subsetted(resource):
        problems.add(
            Category.UNPROCESSABLE,
            "resource.subsetted",
            messages.SUBSETTED,
            code="business-rule",
            location=place or resource["resourceType"],
        )


def is_subsetted(resource: Resource) -> bool:
    """Whether it says that parts of it were left out (`_summary`, `_elements`)."""
    meta = resource.get("meta")
    tags = meta.get("tag") if isinstance(meta, dict) else None
    if not isinstance(tags, list):
        return False
    return any(isinstance(tag, dict) and tag.get("code") == "SUBSETTED" for tag in tags)
