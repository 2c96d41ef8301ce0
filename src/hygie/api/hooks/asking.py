"""What a service is asked (CDS Hooks 2.0, "Calling a CDS Service"; hook `patient-view` 1.0)."""

from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import msgspec

from hygie.api import body
from hygie.api.hooks import messages
from hygie.api.request import Request
from hygie.exchange.hooks.filling import ID, USER
from hygie.fhir.codec import decode_any
from hygie.limits.hooks import MAX_HOOK_BYTES
from hygie.refusal import Category, Refused, refuse
from hygie.store.contract import Resource

JSON_TYPES: Final = frozenset({"application/json"})
EXPECTED: Final = "application/json"
Id = Annotated[str, msgspec.Meta(pattern=rf"\A(?:{ID.pattern})\Z")]
T = TypeVar("T")


class Authorization(msgspec.Struct, frozen=True):
    """A token for the other's own server. It is read to be judged, and never used: this house asks
    no server that whoever asks has named."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
    subject: str


class View(msgspec.Struct, frozen=True, rename="camel"):
    """A record that is opened, and by whom."""

    user_id: Annotated[str, msgspec.Meta(pattern=rf"\A(?:{USER.pattern})\Z")]
    patient_id: Id
    encounter_id: Id | None = None

    @property
    def tokens(self) -> dict[str, str]:
        """The prefetch tokens."""
        return {
            "context.userId": self.user_id,
            "context.patientId": self.patient_id,
            "context.encounterId": self.encounter_id or "",
        }


class Call(msgspec.Struct, frozen=True, rename="camel"):
    hook: str
    hook_instance: UUID
    context: View
    fhir_server: str = ""
    """Whose ids the context speaks of."""
    fhir_authorization: Authorization | msgspec.UnsetType = msgspec.UNSET
    prefetch: dict[str, Resource | None] = {}


async def read_call(request: Request, hook: str) -> Call:
    """Raises `Refused` (INVALID), with the place of what is wrong."""
    call = await read(request, Call)
    if call.hook != hook:
        raise refuse(Category.INVALID, "hooks.hook", messages.OTHER_HOOK, code="value", hook=hook)
    if call.fhir_authorization is not msgspec.UNSET and not call.fhir_server:
        raise unfit("$.fhirServer")
    return call


async def read(request: Request, type_: type[T]) -> T:
    """The value in the body. Raises `Refused`."""
    raw = await body.content(request, JSON_TYPES, EXPECTED, MAX_HOOK_BYTES)
    value: Any = decode_any(raw, limit=MAX_HOOK_BYTES)
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        _, _, place = str(error).rpartition(" - at `")
        raise unfit(place.rstrip("`") or "$") from error


def unfit(place: str) -> Refused:
    return refuse(
        Category.INVALID, "hooks.request", messages.UNFIT, code="structure", place=place[:80]
    )
