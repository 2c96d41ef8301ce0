"""JSON Patch (RFC 6902), on resources."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import msgspec

from hygie.fhir.codec import phrases, pointer
from hygie.fhir.codec.measure import copied, nesting, weight
from hygie.fhir.codec.reading import Resource, require_resource
from hygie.limits import MAX_JSON_DEPTH, MAX_PATCH_OPERATIONS, MAX_RESOURCE_BYTES
from hygie.refusal import Category, Phrase, Refusal, Refused, refuse

Operation = dict[str, Any]
PATH_EXCERPT_CHARACTERS = 128


def apply_json_patch(resource: Resource, patch: Any) -> Resource:
    """The patched resource, a new value; `resource` and `patch` are left as they were.

    All operations apply, or none (RFC 6902 §5). Raises `Refused`, each problem with the index of
    its operation: INVALID for a patch that is malformed, UNPROCESSABLE for one that does not fit
    this resource (R4 §3.1.0.8), TOO_LARGE for one that would make it swell.
    """
    if not isinstance(patch, list):
        raise refuse(
            Category.INVALID, "patch.malformed", phrases.PATCH_NOT_A_LIST, code="structure"
        )
    if len(patch) > MAX_PATCH_OPERATIONS:
        details = {"count": str(len(patch)), "limit": str(MAX_PATCH_OPERATIONS)}
        raise refuse(
            Category.TOO_LARGE, "patch.size", phrases.PATCH_TOO_LONG, code="too-long", **details
        )
    work = _Work(copied(resource))
    for index, operation in enumerate(patch):
        try:
            work.apply(operation)
        except Refused as refused:
            raise _at_operation(refused, index) from None
    return require_resource(work.document)


def equal(left: Any, right: Any) -> bool:
    """Equality of JSON values (RFC 6902 §4.6): numbers by value, and `true` is not 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return left == right
    return type(left) is type(right) and bool(left == right)


class _Work:
    """One application of a patch: a document of its own, and how much was put into it."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self._moved_weight = 0

    def apply(self, operation: Any) -> None:
        if not isinstance(operation, dict):
            raise _malformed(phrases.PATCH_OPERATION)
        perform = _OPERATIONS.get(operation.get("op", "")) if _named(operation) else None
        if perform is None:
            raise _malformed(phrases.PATCH_OPERATION)
        perform(self, operation, _tokens(operation, "path"))

    def add(self, operation: Operation, path: pointer.Tokens) -> None:
        self._put(path, copied(_value(operation)))

    def remove(self, _: Operation, path: pointer.Tokens) -> None:
        self._take(path)

    def replace(self, operation: Operation, path: pointer.Tokens) -> None:
        value = self._weighed(path, copied(_value(operation)))
        if not path:
            self.document = value
            return
        try:
            pointer.swap(pointer.find(self.document, path[:-1]), path[-1], value)
        except pointer.NowhereError:
            raise _nothing_there(path) from None

    def move(self, operation: Operation, path: pointer.Tokens) -> None:
        source = _tokens(operation, "from")
        if path[: len(source)] == source and path != source:
            raise _unfit("patch.path", phrases.PATCH_INTO_ITSELF, path)
        if path == source:
            self._find(source)
        else:
            self._put(path, self._take(source))

    def copy(self, operation: Operation, path: pointer.Tokens) -> None:
        self._put(path, copied(self._find(_tokens(operation, "from"))))

    def test(self, operation: Operation, path: pointer.Tokens) -> None:
        if not equal(self._find(path), _value(operation)):
            raise _unfit("patch.test", phrases.PATCH_TEST_FAILED, path)

    def _find(self, path: pointer.Tokens) -> Any:
        try:
            return pointer.find(self.document, path)
        except pointer.NowhereError:
            raise _nothing_there(path) from None

    def _take(self, path: pointer.Tokens) -> Any:
        if not path:
            value, self.document = self.document, None
            return value
        try:
            return pointer.take(pointer.find(self.document, path[:-1]), path[-1])
        except pointer.NowhereError:
            raise _nothing_there(path) from None

    def _put(self, path: pointer.Tokens, value: Any) -> None:
        self._weighed(path, value)
        if not path:
            self.document = value
            return
        try:
            pointer.put(pointer.find(self.document, path[:-1]), path[-1], value)
        except pointer.NowhereError:
            raise _nothing_there(path) from None

    def _weighed(self, path: pointer.Tokens, value: Any) -> Any:
        """`value`, if putting it at `path` keeps the document and the work within bounds."""
        self._moved_weight += weight(value)
        if self._moved_weight > MAX_RESOURCE_BYTES:
            raise _too_much("patch.size", phrases.PATCH_TOO_LARGE, str(MAX_RESOURCE_BYTES))
        if len(path) + nesting(value) > MAX_JSON_DEPTH:
            raise _too_much("patch.depth", phrases.PATCH_TOO_DEEP, str(MAX_JSON_DEPTH))
        return value


_OPERATIONS: Final[dict[str, Callable[[_Work, Operation, pointer.Tokens], None]]] = {
    "add": _Work.add,
    "remove": _Work.remove,
    "replace": _Work.replace,
    "move": _Work.move,
    "copy": _Work.copy,
    "test": _Work.test,
}


def _named(operation: Operation) -> bool:
    return isinstance(operation.get("op"), str)


def _tokens(operation: Operation, member: str) -> pointer.Tokens:
    path = operation.get(member)
    if not isinstance(path, str):
        raise _malformed(phrases.PATCH_MEMBER, member=member)
    tokens = pointer.parse(path)
    if tokens is None:
        raise _malformed(phrases.PATCH_POINTER, path=path[:PATH_EXCERPT_CHARACTERS])
    return tokens


def _value(operation: Operation) -> Any:
    if "value" not in operation:
        raise _malformed(phrases.PATCH_MEMBER, member="value")
    return operation["value"]


def _malformed(phrase: Phrase, **details: str) -> Refused:
    return refuse(Category.INVALID, "patch.malformed", phrase, code="structure", **details)


def _nothing_there(path: pointer.Tokens) -> Refused:
    return _unfit("patch.path", phrases.PATCH_NOTHING_THERE, path)


def _unfit(rule: str, phrase: Phrase, path: pointer.Tokens) -> Refused:
    shown = "".join("/" + t.replace("~", "~0").replace("/", "~1") for t in path)
    details = {"path": shown[:PATH_EXCERPT_CHARACTERS]}
    return refuse(Category.UNPROCESSABLE, rule, phrase, code="processing", **details)


def _too_much(rule: str, phrase: Phrase, limit: str) -> Refused:
    return refuse(Category.TOO_LARGE, rule, phrase, code="too-costly", limit=limit)


def _at_operation(refused: Refused, index: int) -> Refused:
    (issue,) = refused.refusal.issues
    located = msgspec.structs.replace(issue, details={**issue.details, "index": str(index)})
    return Refused(Refusal(refused.refusal.category, (located,)))
