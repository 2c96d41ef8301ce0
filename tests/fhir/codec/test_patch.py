"""JSON Patch: the operations of RFC 6902, and what a patch may not do."""

import copy
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.codec import apply_json_patch
from hygie.limits import MAX_JSON_DEPTH, MAX_PATCH_OPERATIONS, MAX_RESOURCE_BYTES
from hygie.refusal import Category, Issue, Refused

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "active": True,
    "name": [{"family": "Martin", "given": ["Ève", "Lou"]}],
    "a/b": {"m~n": 1},
}


def patched(*operations: Any) -> dict[str, Any]:
    return apply_json_patch(PATIENT, list(operations))


def refused(*operations: Any) -> tuple[Category, Issue]:
    before = copy.deepcopy(PATIENT)
    with pytest.raises(Refused) as caught:
        patched(*operations)
    assert before == PATIENT
    (issue,) = caught.value.refusal.issues
    assert issue.text("fr")
    assert issue.text("en")
    return caught.value.refusal.category, issue


@pytest.mark.parametrize(
    ("operation", "place", "value"),
    [
        ({"op": "add", "path": "/gender", "value": "female"}, ("gender",), "female"),
        ({"op": "add", "path": "/name/0/given/1", "value": "X"}, ("name", 0, "given", 1), "X"),
        ({"op": "add", "path": "/name/0/given/-", "value": "X"}, ("name", 0, "given", 2), "X"),
        ({"op": "add", "path": "/active", "value": False}, ("active",), False),
        ({"op": "replace", "path": "/name/0/family", "value": "Petit"}, ("name", 0, "family"),
         "Petit"),
        ({"op": "remove", "path": "/name/0/given/0"}, ("name", 0, "given", 0), "Lou"),
        ({"op": "move", "from": "/name/0/given/0", "path": "/name/0/given/1"},
         ("name", 0, "given"), ["Lou", "Ève"]),
        ({"op": "move", "from": "/active", "path": "/active"}, ("active",), True),
        ({"op": "copy", "from": "/name/0", "path": "/name/-"}, ("name", 1, "family"), "Martin"),
        ({"op": "replace", "path": "/a~1b/m~0n", "value": 2}, ("a/b", "m~n"), 2),
        ({"op": "add", "path": "/", "value": 1}, ("",), 1),
        ({"op": "test", "path": "/name/0/given", "value": ["Ève", "Lou"]}, ("active",), True),
    ],
)  # fmt: skip
def test_operations(operation: Any, place: tuple[Any, ...], value: Any) -> None:
    """Danger: a patch that changes another place than the one it names."""
    found: Any = patched(operation)
    for step in place:
        found = found[step]
    assert found == value


def test_root_can_be_replaced_by_another_resource() -> None:
    """Danger: the empty pointer taken for a member named ""."""
    other = {"resourceType": "Patient", "id": "1"}
    assert patched({"op": "replace", "path": "", "value": other}) == other


@pytest.mark.parametrize(
    ("operation", "rule", "category"),
    [
        ({"op": "remove", "path": "/nothing"}, "patch.path", Category.UNPROCESSABLE),
        ({"op": "replace", "path": "/nothing", "value": 1}, "patch.path", Category.UNPROCESSABLE),
        ({"op": "add", "path": "/name/2", "value": 1}, "patch.path", Category.UNPROCESSABLE),
        ({"op": "add", "path": "/name/01", "value": 1}, "patch.path", Category.UNPROCESSABLE),
        ({"op": "add", "path": "/name/x", "value": 1}, "patch.path", Category.UNPROCESSABLE),
        ({"op": "remove", "path": "/name/-"}, "patch.path", Category.UNPROCESSABLE),
        ({"op": "add", "path": "/active/x", "value": 1}, "patch.path", Category.UNPROCESSABLE),
        ({"op": "remove", "path": "/name/99999999999999999999"}, "patch.path",
         Category.UNPROCESSABLE),
        ({"op": "copy", "from": "/nothing", "path": "/x"}, "patch.path", Category.UNPROCESSABLE),
        ({"op": "move", "from": "/name", "path": "/name/0/x"}, "patch.path",
         Category.UNPROCESSABLE),
        ({"op": "test", "path": "/active", "value": 1}, "patch.test", Category.UNPROCESSABLE),
        ({"op": "remove", "path": "active"}, "patch.malformed", Category.INVALID),
        ({"op": "remove", "path": "/a~2"}, "patch.malformed", Category.INVALID),
        ({"op": "remove", "path": 1}, "patch.malformed", Category.INVALID),
        ({"op": "add", "path": "/x"}, "patch.malformed", Category.INVALID),
        ({"op": "move", "path": "/x"}, "patch.malformed", Category.INVALID),
        ({"op": "frob", "path": "/x"}, "patch.malformed", Category.INVALID),
        ({"op": ["add"], "path": "/x"}, "patch.malformed", Category.INVALID),
        ("add", "patch.malformed", Category.INVALID),
    ],
)  # fmt: skip
def test_refusals_name_the_operation(operation: Any, rule: str, category: Category) -> None:
    """Danger: half a patch applied, or a refusal that does not say which operation is wrong."""
    fine = {"op": "add", "path": "/gender", "value": "female"}
    found, issue = refused(fine, operation)
    assert (found, issue.rule, issue.details["index"]) == (category, rule, "1")


def test_whole_resource_cannot_be_removed() -> None:
    """Danger: a patch that leaves something that is not a resource."""
    assert refused({"op": "remove", "path": ""})[1].rule == "json.resource-type"
    assert refused({"op": "remove", "path": "/resourceType"})[1].rule == "json.resource-type"


@pytest.mark.parametrize("patch", [{}, None, "[]", 3])
def test_a_patch_is_an_array(patch: Any) -> None:
    """Danger: an object taken for a patch of no operations."""
    with pytest.raises(Refused):
        apply_json_patch(PATIENT, patch)


def test_copies_cannot_swell_a_resource() -> None:
    """Danger: memory exhausted by a few copies, each doubling the resource."""
    long = {"op": "add", "path": "/x", "value": "x" * (MAX_RESOURCE_BYTES // 4)}
    swell = {"op": "copy", "from": "/x", "path": "/y"}
    category, issue = refused(long, swell, swell, swell)
    assert (category, issue.rule) == (Category.TOO_LARGE, "patch.size")
    nest = {"op": "copy", "from": "/name", "path": "/name/-"}
    category, issue = refused(*[nest] * 200)
    assert (category, issue.rule) == (Category.TOO_LARGE, "patch.size")


def test_result_cannot_be_too_deep() -> None:
    """Danger: a patched resource that nothing can read back."""
    deep: Any = 1
    for _ in range(MAX_JSON_DEPTH - 1):
        deep = [deep]
    assert patched({"op": "add", "path": "/x", "value": deep})
    assert refused({"op": "add", "path": "/x", "value": [deep]})[1].rule == "patch.depth"


def test_number_of_operations_is_bounded() -> None:
    """Danger: a patch that keeps the server busy."""
    test = {"op": "test", "path": "/active", "value": True}
    assert patched(*[test] * MAX_PATCH_OPERATIONS) == PATIENT
    with pytest.raises(Refused) as caught:
        patched(*[test] * (MAX_PATCH_OPERATIONS + 1))
    assert caught.value.refusal.category is Category.TOO_LARGE


def test_test_compares_numbers_by_value() -> None:
    """Danger: a `test` on 72.5 that fails for 72.50 (RFC 6902 §4.6)."""
    resource = {"resourceType": "Observation", "value": Decimal("72.50")}
    operation = {"op": "test", "path": "/value", "value": Decimal("72.5")}
    assert apply_json_patch(resource, [operation]) == resource


def test_inserted_values_are_not_shared() -> None:
    """Danger: one value added in two places, the second change reaching both."""
    value: dict[str, Any] = {"given": []}
    patch = [
        {"op": "add", "path": "/name/-", "value": value},
        {"op": "copy", "from": "/name/1", "path": "/name/-"},
        {"op": "add", "path": "/name/1/given/-", "value": "Ève"},
    ]
    result = apply_json_patch(PATIENT, patch)
    assert [n["given"] for n in result["name"][1:]] == [["Ève"], []]
    assert value == {"given": []}


members = st.dictionaries(st.sampled_from("abc~/"), st.integers() | st.lists(st.integers()))
pointers = st.lists(st.sampled_from([*"abc", "~0", "~1", "0", "1", "-"]), max_size=3).map(
    lambda tokens: "".join("/" + token for token in tokens)
)
operations = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": pointers},
    optional={"from": pointers, "value": members},
)


@given(members, st.lists(operations, max_size=6))
def test_patches_apply_wholly_or_not_at_all(content: dict[str, Any], patch: list[Any]) -> None:
    """Danger: a resource or a patch changed by applying one to the other; another exception."""
    resource = {"resourceType": "Basic", **content}
    before = copy.deepcopy((resource, patch))
    with suppress(Refused):
        apply_json_patch(resource, patch)
    assert (resource, patch) == before


@given(members, st.sampled_from("abc~/"), members)
def test_add_then_remove_is_the_identity(content: Any, key: str, value: Any) -> None:
    """Danger: escapes of "~" and "/" that name another member."""
    content.pop(key, None)
    path = "/" + key.replace("~", "~0").replace("/", "~1")
    resource = {"resourceType": "Basic", **content}
    patch = [{"op": "add", "path": path, "value": value}, {"op": "test", "path": path,
             "value": value}, {"op": "remove", "path": path}]  # fmt: skip
    assert apply_json_patch(resource, patch) == resource
