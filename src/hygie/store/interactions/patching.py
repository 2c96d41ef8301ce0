"""A patch, applied to the version that is current in a transaction (R4 §3.1.0.6)."""

from hygie.fhir.codec import apply_json_patch, decode
from hygie.refusal import Category, Refused, refuse
from hygie.sight import Letter
from hygie.store.contract import Resource, StoredResource
from hygie.store.interactions import messages
from hygie.store.interactions.checking import Checking
from hygie.store.interactions.checks import check_resource
from hygie.store.interactions.interaction import Interaction
from hygie.store.interactions.links import Links
from hygie.store.interactions.problems import Problems
from hygie.store.transaction import Transaction


class Patcher:
    """Patches as strictly as resources are written: what comes out is validated whole."""

    def __init__(self, validator: Checking, links: Links) -> None:
        self._validator = validator
        self._links = links

    async def patch(
        self, tx: Transaction, step: Interaction, id_: str
    ) -> tuple[StoredResource, Resource]:
        """The current version, and its content once patched. Raises `Refused`."""
        current = await current_version(tx, step.type, id_, "u")
        before = decode(current.body)
        patched = apply_json_patch(before, step.patch)
        if any(patched.get(name) != before.get(name) for name in ("resourceType", "id")):
            raise refuse(
                Category.UNPROCESSABLE,
                "patch.identity",
                messages.IDENTITY_CHANGED,
                code="business-rule",
            )
        linked = self._links.rewrite(patched, self._links.seen(patched), step.full_url)
        problems = Problems()
        check_resource(linked, step.place, self._validator, problems)
        problems.refuse_if_any()
        return current, linked


async def current_version(
    tx: Transaction, type_: str, id_: str, letter: Letter = "r"
) -> StoredResource:
    """Raises `Refused` (NOT_FOUND, GONE)."""
    current = await tx.read(type_, id_, letter)
    if current is not None and not current.deleted:
        return current
    if current is None:
        raise not_found(type_, id_)
    target = f"{type_}/{id_}"
    raise refuse(Category.GONE, "gone", messages.GONE, code="deleted", target=target)


def not_found(type_: str, id_: str) -> Refused:
    target = f"{type_}/{id_}"
    return refuse(
        Category.NOT_FOUND, "not-found", messages.NOT_FOUND, code="not-found", target=target
    )
