"""`$validate` (R4 resource-operation-validate.html): what is asked, and the answer to it."""

import asyncio
from typing import Any, Final

import msgspec

from hygie.api import body, messages
from hygie.api.request import Request
from hygie.api.response import Response
from hygie.api.services import Services
from hygie.fhir.codec import decode, encode
from hygie.fhir.outcome import operation_outcome
from hygie.fhir.search import HANDLED_ELSEWHERE
from hygie.limits import MAX_URL_CHARACTERS
from hygie.refusal import Category, Issue, Phrase, Refused, refuse
from hygie.store.contract import Resource

MODES: Final = ("create", "update", "delete", "profile")
OF_STORED: Final = frozenset({"delete", "profile"})
"""Modes about what is stored, and not about what is sent."""
OF_INSTANCE: Final = OF_STORED | {"update"}
PROFILE: Final = ("valueUri", "valueCanonical", "valueUrl")


class Asked(msgspec.Struct, frozen=True):
    resource: Resource | None = None
    mode: str = ""
    profile: str = ""
    issues: tuple[Issue, ...] = ()
    """Found in the XML that it came in."""


async def of_type(services: Services, request: Request) -> Response:
    """What is sent, as it would be judged on its way in: whoever may create may ask."""
    request.require("create")
    asked = await _asked(request)
    if asked.mode in OF_INSTANCE:
        raise _refused("validate.mode", messages.VALIDATE_MODE, mode=asked.mode, type=request.type)
    return await _answer(services, request, asked, asked.resource)


async def of_instance(services: Services, request: Request) -> Response:
    """What is sent for it, or else what is stored, whose reading is traced."""
    request.require("read")
    asked = await _asked(request)
    if asked.mode == "delete":
        request.require("delete")
    elif asked.resource is not None or asked.mode == "update":
        request.require("update")
    if asked.resource is not None:
        if asked.mode in OF_STORED:
            raise _refused(
                "validate.mode", messages.VALIDATE_MODE, mode=asked.mode, type=request.type
            )
        if asked.resource.get("id") != request.resource_id:
            raise _refused("validate.id", messages.VALIDATE_ID, id=request.resource_id)
        return await _answer(services, request, asked, asked.resource)
    stored = await services.store.read(request.context, request.type, request.resource_id)
    if asked.mode == "delete":  # nothing forbids to delete what is there
        return _told([], request)
    return await _answer(services, request, asked, decode(stored.body))


async def _answer(
    services: Services, request: Request, asked: Asked, resource: Resource | None
) -> Response:
    if resource is None or resource["resourceType"] != request.type:
        raise _refused("validate.input", messages.VALIDATE_INPUT, type=request.type)
    if asked.mode == "profile" and not asked.profile:
        raise _refused("validate.profile", messages.VALIDATE_PROFILE_MISSING)
    if asked.profile and not services.standards.knows(asked.profile):
        # R4: "If a profile is nominated, and the server cannot validate against the nominated
        # profile, it SHALL return an error".
        raise refuse(
            Category.UNPROCESSABLE, "validate.profile", messages.VALIDATE_PROFILE,
            code="not-supported",
        )  # fmt: skip
    profiles = (asked.profile,) if asked.profile else ()
    source = request.context.actor
    # A resource of some megabytes takes a while: others are served meanwhile.
    issues = await asyncio.to_thread(services.standards.tell, resource, source, profiles)
    return _told([*asked.issues, *issues], request)


def _told(issues: list[Issue], request: Request) -> Response:
    return Response(200, encode(operation_outcome(issues, request.language)))


# --- what is asked --------------------------------------------------------------------------
async def _asked(request: Request) -> Asked:
    """From the address, and from the body: a resource, or Parameters."""
    found: dict[str, Any] = {}
    issues: list[Issue] = []
    for name, value in request.parameters:
        if name not in HANDLED_ELSEWHERE:
            _take(found, name, value)
    if request.method == "POST" and body.is_sent(request):
        given, issues = await body.resource_and_issues(request)
        if given["resourceType"] == "Parameters" and request.type != "Parameters":
            _take_parameters(found, given)
        else:
            _take(found, "resource", given)
    return Asked(**found, issues=tuple(issues))


def _take_parameters(found: dict[str, Any], given: Resource) -> None:
    parameters = given.get("parameter")
    for one in parameters if isinstance(parameters, list) else ():
        if not isinstance(one, dict):
            raise _unexpected("parameter")
        name = one.get("name")
        profile = next((one[key] for key in PROFILE if key in one), None)
        value = {"resource": one.get("resource"), "mode": one.get("valueCode"), "profile": profile}
        _take(found, name, value.get(name) if isinstance(name, str) else None)


def _take(found: dict[str, Any], name: object, value: object) -> None:
    """Each once, and as it should be; anything else was meant for something, and is refused."""
    good = (
        (name == "resource" and _is_resource(value))
        or (name == "mode" and value in MODES)
        or (name == "profile" and isinstance(value, str) and 0 < len(value) <= MAX_URL_CHARACTERS)
    )
    if not good or name in found:
        raise _unexpected(name if isinstance(name, str) else "…")
    found[str(name)] = value


def _is_resource(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("resourceType"), str)


def _unexpected(name: str) -> Refused:
    return _refused(
        "validate.parameter", messages.VALIDATE_PARAMETER, name=name[:64], modes=", ".join(MODES)
    )


def _refused(rule: str, phrase: Phrase, **details: str) -> Refused:
    return refuse(Category.INVALID, rule, phrase, code="invalid", **details)
