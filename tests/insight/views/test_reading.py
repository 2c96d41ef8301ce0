"""What is wrong with a view is said before it runs, each problem with its place."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.fhir.definitions import r4
from hygie.fhir.path import parse
from hygie.insight.views import read_view, schema
from hygie.limits import MAX_VIEW_COLUMNS, MAX_VIEW_DEPTH, MAX_VIEW_EXPRESSIONS
from hygie.refusal import Refused

Json = dict[str, Any]


def column(name: str = "id", path: str = "id", **more: Any) -> Json:
    return {"name": name, "path": path, **more}


def a_view(*selects: Json, **more: Any) -> Json:
    return {"resource": "Patient", "select": list(selects) or [{"column": [column()]}], **more}


def problems(json: Json) -> dict[str, str]:
    """Place -> rule of everything that is refused."""
    with pytest.raises(Refused) as caught:
        read_view(json)
    issues = caught.value.refusal.issues
    for issue in issues:
        assert issue.text("fr") != issue.text("en")
    return {issue.location: issue.rule for issue in issues}


def test_the_whole_definition_is_kept() -> None:
    """Guards: a part of the definition read and forgotten."""
    view = read_view(
        a_view(
            {
                "forEach": "name",
                "column": [
                    column("family", "family", type="string", description="Le nom"),
                    column("given", "given", collection=True),
                ],
                "select": [{"forEachOrNull": "period", "column": [column("start", "start")]}],
            },
            {"repeat": ["contact"], "column": [column("gender", "gender")]},
            name="noms",
            title="Noms",
            url="https://example.org/noms",
            where=[{"path": "active = %yes"}],
            constant=[{"name": "yes", "valueBoolean": True}],
        )
    )
    names, contacts = view.selects
    assert (view.name, view.title, view.url) == ("noms", "Noms", "https://example.org/noms")
    assert [c.name for c in view.columns()] == ["family", "given", "start", "gender"]
    assert names.for_each
    assert names.for_each.place == "select[0].forEach"
    assert names.selects[0].for_each_or_null
    assert contacts.repeat[0].text == "contact"
    assert view.where[0].place == "where[0].path"
    assert view.constants[0].value is True
    assert view.columns()[0].description == "Le nom"


def test_columns_stand_in_the_order_of_the_specification() -> None:
    """Guards: values under the wrong heading (SQL on FHIR, Column Ordering)."""
    branch = {"column": [column("e", "'E'"), column("f", "'F'")]}
    view = read_view(
        a_view(
            {
                "unionAll": [branch, branch],
                "select": [{"column": [column("c", "'C'"), column("d", "'D'")]}],
                "column": [column("a", "'A'"), column("b", "'B'")],
            },
            {"column": [column("g", "'G'")]},
        )
    )
    assert "".join(c.name for c in view.columns()) == "abcdefg"


WRONG: dict[str, tuple[Json, dict[str, str]]] = {
    "nothing": ({}, {"resource": "view.resource", "select": "view.missing"}),
    "no resource": ({"select": [{"column": [column()]}]}, {"resource": "view.resource"}),
    "unknown resource": ({**a_view(), "resource": "Patiente"}, {"resource": "view.resource"}),
    "abstract resource": ({**a_view(), "resource": "Resource"}, {"resource": "view.resource"}),
    "another resource": (a_view(resourceType="Patient"), {"": "view.type"}),
    "no column": (a_view({"forEach": "name"}), {"select": "view.no-column"}),
    "not a list": (
        {"resource": "Patient", "select": {"column": [column()]}},
        {"select": "view.no-column"},
    ),
    "not an object": (a_view(["id"]), {"select": "view.no-column", "select[0]": "view.shape"}),  # type: ignore[arg-type]
    "misspelt": (
        a_view({"foreach": "name", "column": [column()]}),
        {"select[0].foreach": "view.property"},
    ),
    "modified": (
        a_view(modifierExtension=[{"url": "x"}]),
        {"modifierExtension": "view.modifier"},
    ),
    "no path": (a_view({"column": [{"name": "a"}]}), {"select[0].column[0].path": "view.missing"}),
    "no name": (
        a_view({"column": [{"path": "id"}, column()]}),
        {"select[0].column[0].name": "view.missing"},
    ),
    "bad name": (
        a_view({"column": [column("_id"), column("b", "id")]}),
        {"select[0].column[0].name": "view.name"},
    ),
    "accented name": (
        a_view({"column": [column("né_le")]}),
        {"select[0].column[0].name": "view.name"},
    ),
    "name with a line feed": (
        a_view({"column": [column("id\n")]}),
        {"select[0].column[0].name": "view.name"},
    ),
    "long name": (
        a_view({"column": [column("a" * 64)]}),
        {"select[0].column[0].name": "view.name"},
    ),
    "clash": (
        a_view({"column": [column()]}, {"forEach": "name", "column": [column("ID", "id")]}),
        {"select[1].column[0].name": "view.clash"},
    ),
    "union of others": (
        a_view({"unionAll": [{"column": [column("a")]}, {"column": [column("b")]}]}),
        {"select[0].unionAll[1]": "view.union"},
    ),
    "union of other types": (
        a_view(
            {
                "unionAll": [
                    {"column": [column("a", type="id")]},
                    {"column": [column("a", "gender", type="code")]},
                ]
            }
        ),
        {"select[0].unionAll[1].column[0]": "view.union"},
    ),
    "union of a collection": (
        a_view({"unionAll": [{"column": [column()]}, {"column": [column("id", collection=True)]}]}),
        {"select[0].unionAll[1].column[0]": "view.union"},
    ),
    "two ways": (
        a_view({"forEach": "name", "forEachOrNull": "name", "column": [column()]}),
        {"select[0]": "view.ways"},
    ),
    "empty repeat": (
        a_view({"repeat": [], "column": [column()]}),
        {"select[0].repeat": "view.shape"},
    ),
    "unreadable path": (
        a_view({"column": [column(), column("b", "name.where(")]}),
        {"select[0].column[1].path": "fhirpath.syntax"},
    ),
    "path is a number": (
        a_view({"forEach": 1, "column": [column()]}),
        {"select[0].forEach": "view.shape"},
    ),
    "unknown type": (
        a_view({"column": [column(type="strng")]}),
        {"select[0].column[0].type": "view.column-type"},
    ),
    "collection is a text": (
        a_view({"column": [column(collection="true")]}),
        {"select[0].column[0].collection": "view.shape"},
    ),
    "unknown constant": (
        a_view(where=[{"path": "active = %oui"}]),
        {"where[0].path": "view.unknown-constant"},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_where_it_is(name: str) -> None:
    """Guards: a view that runs although it cannot mean what was meant, or an error without place.

    What an outer shape hides is not searched for.
    """
    json, expected = WRONG[name]
    found = problems(json)
    assert expected.items() <= found.items()


def test_all_problems_are_said_at_once() -> None:
    """Guards: a definition corrected one error at a time."""
    view = a_view({"column": [column("1"), column("b", "%"), column("c", type="nothing")]})
    assert len(problems(view)) == 3


@pytest.mark.parametrize(
    "constant",
    [
        {"name": "c"},
        {"name": "c", "valueString": "a", "valueCode": "b"},
        {"name": "c", "valueQuantity": {"value": 1}},
        {"name": "c", "valueInteger": "1"},
        {"name": "c", "valueInteger": True},
        {"name": "c", "valuePositiveInt": 0},
        {"name": "c", "valueInteger64": 2**63},
        {"name": "c", "valueInteger64": str(2**63)},
        {"name": "c", "valueDecimal": Decimal("NaN")},
        {"name": "c", "valueDate": "2023-02-30"},
        {"name": "c", "valueDate": "30/02/2023"},
        {"name": "c", "valueTime": "25:00:00"},
        {"name": "c", "valueCode": " a"},
        {"name": "c", "valueString": ""},
        {"name": "rowIndex", "valueInteger": 1},
        {"valueInteger": 1},
    ],
)
def test_a_constant_is_what_it_says(constant: Json) -> None:
    """Guards: a constant that compares with nothing, or hides a variable of the language."""
    where = problems(a_view(constant=[constant]))
    assert all(place.startswith("constant[0]") for place in where)


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("valueDate", "2023-02", "2023-02"),
        ("valueDate", "2023-02-28", "2023-02-28"),
        ("valueDecimal", Decimal("1.20"), Decimal("1.20")),
        ("valueInteger64", "9007199254740993", 9007199254740993),
        ("valueBase64Binary", "aGVsbG8K", "aGVsbG8K"),
        ("valueUuid", "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7", None),
    ],
)
def test_a_constant_keeps_its_digits(key: str, value: Any, kept: Any) -> None:
    """Guards: a value changed on its way into the expressions."""
    view = read_view(a_view(constant=[{"name": "c", key: value}]))
    assert view.constants[0].value == (value if kept is None else kept)


@pytest.mark.parametrize(
    ("key", "value", "written"),
    [
        ("valueCode", "d'or", "'d\\'or'"),
        ("valueBoolean", False, "false"),
        ("valueInteger", -3, "-3"),
        ("valueInteger64", "5", "5L"),
        ("valueDecimal", Decimal("1.20"), "1.20"),
        ("valueDate", "2020-01", "@2020-01"),
        ("valueDateTime", "2020-01-02", "@2020-01-02T"),
        ("valueInstant", "2015-02-07T13:28:17.2+02:00", "@2015-02-07T13:28:17.2+02:00"),
        ("valueTime", "18:12:00", "@T18:12:00"),
    ],
)
def test_constants_are_replaced_by_literals(key: str, value: Any, written: str) -> None:
    """Guards: a dateTime of which only the day is known compared as a date, a code as something
    else, and every engine having to know what a constant is."""
    path = "name.where(x = %c).select(y[%c] | $this)"
    view = read_view(a_view({"column": [column("a", path)]}, constant=[{"name": "c", key: value}]))
    (only,) = view.columns()
    assert only.path.text == path
    assert only.path.node == parse(path.replace("%c", written))


def test_variables_defined_by_the_expression_are_no_constants() -> None:
    """Guards: `defineVariable` and the variables of the language refused."""
    path = "defineVariable('n', name).select(%n.family = %resource.id and %rowIndex = 0)"
    assert read_view(a_view({"column": [column("a", path)]})).columns()


def _wide(count: int) -> Json:
    return a_view({"column": [column(f"c{n}") for n in range(count)]})


def _deep(levels: int) -> Json:
    inner: Json = {"column": [column()]}
    for _ in range(levels - 1):
        inner = {"select": [inner]}
    return a_view(inner)


def _branches(count: int) -> Json:
    return a_view({"unionAll": [{"column": [column()]}] * count})


@pytest.mark.parametrize(
    ("make", "limit"),
    [(_wide, MAX_VIEW_COLUMNS), (_deep, MAX_VIEW_DEPTH), (_branches, MAX_VIEW_EXPRESSIONS)],
)
def test_a_view_has_limits(make: Callable[[int], Json], limit: int) -> None:
    """Guards: 5,000 columns, or selects nested without end, taking the process with them."""
    assert read_view(make(limit)).columns()
    for size in (limit + 1, 5 * limit):
        with pytest.raises(Refused) as caught:
            read_view(make(size))
        assert str(limit) in caught.value.refusal.issues[0].text("en")


_KEYS = st.sampled_from(
    [
        *("resource", "select", "column", "name", "path", "forEach", "unionAll", "repeat"),
        *("where", "constant", "valueString", "type", "collection", "tag", "resourceType", "{}"),
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60)
@given(json=st.dictionaries(_KEYS, _JSON, max_size=6))
def test_any_json_is_a_view_or_is_refused(json: Json) -> None:
    """Guards: a crash on a definition of an unforeseen shape."""
    with suppress(Refused):
        read_view(json)


def test_the_schema_says_types_and_hints() -> None:
    """Guards: a table whose columns are not what the rows hold."""
    view = read_view(
        a_view(
            {
                "column": [
                    column("a", "name", type="HumanName", collection=True),
                    column("b", "birthDate", type="http://hl7.org/fhir/StructureDefinition/date"),
                    column("c", "id", tags=[{"name": "ansi/type", "value": "CHAR(8)"}]),
                    column("d", "contact", type="Patient.contact", collection=True),
                    column("e", "active", type="http://hl7.org/fhirpath/System.Boolean"),
                ]
            }
        )
    )
    found = [(c.type, c.kind, c.collection, c.hint) for c in schema(view, r4())]
    assert found == [
        ("HumanName", "object", True, ""),
        ("date", "text", False, ""),
        ("id", "text", False, "CHAR(8)"),
        ("Patient.contact", "object", True, ""),
        ("boolean", "boolean", False, ""),
    ]


def test_types_are_those_of_the_paths() -> None:
    """Guards: a column of text where numbers are counted, because nobody declared it."""
    paths = {
        "id": "id",
        "birthDate": "date",
        "multipleBirth.ofType(integer)": "integer",
        "name.exists()": "boolean",
        "%rowIndex": "integer",
        "name.given.join(',')": "string",
        "deceased": "string",
        "nothing": "string",
    }
    columns = [column(f"c{n}", path) for n, path in enumerate(paths)]
    found = schema(read_view(a_view({"column": columns})), r4())
    assert [c.type for c in found] == list(paths.values())
