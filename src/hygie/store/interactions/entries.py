"""A bundle's entries as interactions (R4 §2.36.6, §3.1.0.11)."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

import msgspec

from hygie.fhir.codec import decode_any
from hygie.fhir.definitions import Registry
from hygie.limits import MAX_BUNDLE_ENTRIES, MAX_RESOURCE_BYTES
from hygie.refusal import Category, Issue, Phrase, Refused, refuse
from hygie.store.contract import Resource
from hygie.store.interactions import messages
from hygie.store.interactions.addresses import Address, parse_address, parse_tag
from hygie.store.interactions.checking import Checking
from hygie.store.interactions.interaction import Interaction, Verb
from hygie.store.interactions.problems import Problems

JSON_PATCH: Final = "application/json-patch+json"
Entry = dict[str, Any]


def open_bundle(bundle: Resource, validator: Checking) -> list[Entry]:
    """The entries of a transaction or batch whose envelope is valid. Raises `Refused`.

    What the entries carry is not looked at: each is judged by itself.
    """
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") not in ("transaction", "batch"):
        raise refuse(
            Category.INVALID,
            "bundle.type",
            messages.NOT_A_BUNDLE,
            code="value",
            location="Bundle.type",
        )
    entries = bundle.get("entry", [])
    if isinstance(entries, list) and len(entries) > MAX_BUNDLE_ENTRIES:
        raise refuse(
            Category.TOO_LARGE,
            "bundle.entries",
            messages.TOO_MANY_ENTRIES,
            code="too-long",
            location="Bundle.entry",
            count=str(len(entries)),
            limit=str(MAX_BUNDLE_ENTRIES),
        )
    problems = Problems()
    problems.extend(Category.UNPROCESSABLE, validator.validate(_envelope(bundle, entries)))
    problems.refuse_if_any()
    return list(entries)


def _envelope(bundle: Resource, entries: Any) -> Resource:
    if not isinstance(entries, list) or not entries:
        return bundle
    return {**bundle, "entry": [_without_resource(entry) for entry in entries]}


def _without_resource(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    bare = {name: value for name, value in entry.items() if name != "resource"}
    return bare or {"request": {}}


def interaction_of(
    entry: Entry, index: int, registry: Registry, problems: Problems
) -> Interaction | None:
    """The interaction an entry asks for; None, with its problems, when it makes no sense."""
    place = f"Bundle.entry[{index}]"
    request = entry.get("request")
    if not request:
        problems.add(
            Category.INVALID,
            "bundle.request",
            messages.REQUEST_MISSING,
            code="required",
            location=f"{place}.request",
        )
        return None
    try:
        return _Reading(entry, request, place, registry).interaction()
    except Refused as refused:
        problems.extend(refused.refusal.category, refused.refusal.issues)
        return None


class _Reading:
    """One entry being understood."""

    def __init__(self, entry: Entry, request: Entry, place: str, registry: Registry) -> None:
        self._entry = entry
        self._request = request
        self._place = place
        self._method: str = request["method"]
        self._registry = registry

    def interaction(self) -> Interaction:
        address = self._address()
        verb = _VERBS[self._method](address)
        if verb is None:
            raise self._wrong(
                "bundle.request-url", messages.REQUEST_URL, ".request.url", method=self._method
            )
        return Interaction(
            verb=verb,
            type=address.type,
            id=address.id,
            version=address.version,
            query=self._request.get("ifNoneExist", "") if verb == "create" else address.query,
            resource=self._entry.get("resource"),
            patch=self._patch() if verb == "patch" else None,
            if_match=self._tag("ifMatch"),
            if_none_match=self._tag("ifNoneMatch"),
            full_url=self._entry.get("fullUrl", ""),
            place=self._place,
        )

    def _address(self) -> Address:
        address = parse_address(self._request["url"])
        if address is None:
            raise self._wrong(
                "bundle.request-url", messages.REQUEST_URL, ".request.url", method=self._method
            )
        if not self._registry.is_resource(address.type):
            raise self._wrong(
                "type.unknown", messages.UNKNOWN_TYPE, ".request.url", type=address.type[:64]
            )
        return address

    def _tag(self, name: str) -> int | None:
        text = self._request.get(name)
        if text is None:
            return None
        version = parse_tag(text)
        if version is None:
            raise self._wrong("version.tag", messages.BAD_VERSION_TAG, f".request.{name}")
        return version

    def _patch(self) -> Any:
        binary = self._entry.get("resource")
        if not isinstance(binary, dict) or binary.get("contentType") != JSON_PATCH:
            raise self._wrong("bundle.patch", messages.BAD_PATCH_ENTRY, ".resource")
        try:
            raw = base64.b64decode(binary.get("data", ""), validate=True)
        except (binascii.Error, TypeError, ValueError):
            raise self._wrong("bundle.patch", messages.BAD_PATCH_ENTRY, ".resource.data") from None
        try:
            return decode_any(raw, limit=MAX_RESOURCE_BYTES)
        except Refused as refused:
            issues = refused.refusal.issues
            raise Refused(
                msgspec.structs.replace(
                    refused.refusal, issues=tuple(self._in_data(issue) for issue in issues)
                )
            ) from None

    def _in_data(self, issue: Issue) -> Issue:
        return msgspec.structs.replace(issue, location=f"{self._place}.resource.data")

    def _wrong(self, rule: str, phrase: Phrase, where: str, **details: str) -> Refused:
        location = self._place + where
        return refuse(Category.INVALID, rule, phrase, code="invalid", location=location, **details)


def _get(address: Address) -> Verb | None:
    """A read takes no parameters: one that is not understood must not pass unseen."""
    if address.history and not address.version:
        return "history"
    if not address.id:
        return "search"
    if address.query:
        return None
    return "vread" if address.version else "read"


def _post(address: Address) -> Verb | None:
    return None if address.id or address.query or address.history else "create"


def _changing(verb: Verb) -> Callable[[Address], Verb | None]:
    def read(address: Address) -> Verb | None:
        one = bool(address.id) != bool(address.query)
        return verb if one and not address.history else None

    return read


_VERBS: Final[dict[str, Callable[[Address], Verb | None]]] = {
    "GET": _get,
    "HEAD": _get,
    "POST": _post,
    "PUT": _changing("update"),
    "PATCH": _changing("patch"),
    "DELETE": _changing("delete"),
}
