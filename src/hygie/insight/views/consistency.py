"""What a view's parts owe each other: names used once, unions of like branches, known constants.

Source: SQL on FHIR, Unions, Column Types and ValidateColumns of the processing algorithm.
"""

from hygie.insight.views import phrases
from hygie.insight.views.definition import Column, Select, View
from hygie.insight.views.findings import Findings
from hygie.insight.views.variables import expressions, outside


def check_columns(view: View, found: Findings) -> None:
    """No two columns of one name; every branch of a union has the columns of the first.

    Names that differ by case alone are one name: so are they in most databases.
    """
    seen: dict[str, Column] = {}
    for column in view.columns():
        first = seen.setdefault(column.name.lower(), column)
        if first is not column and column.name:
            place = f"{column.place}.name"
            found.add("clash", phrases.CLASH, place, name=column.name, other=first.place)
    for select in view.selects:
        _check_unions(select, found)


def _check_unions(select: Select, found: Findings) -> None:
    for inner in (*select.selects, *select.union_all):
        _check_unions(inner, found)
    for branch in select.union_all[1:]:
        _check_branch(branch, select.union_all[0], found)


def _check_branch(branch: Select, first: Select, found: Findings) -> None:
    names, expected = ([column.name for column in each.all_columns()] for each in (branch, first))
    if names != expected:
        found.add(
            "union",
            phrases.UNION_COLUMNS,
            branch.place,
            found=", ".join(names),
            expected=", ".join(expected),
            other=first.place,
        )
        return
    for column, wanted in zip(branch.all_columns(), first.all_columns(), strict=True):
        _check_column(column, wanted, first, found)


def _check_column(column: Column, wanted: Column, first: Select, found: Findings) -> None:
    """Types that are declared are compared; those inferred are when the view is compiled."""
    same_type = not column.type or not wanted.type or column.type == wanted.type
    if same_type and column.collection == wanted.collection:
        return
    shown = [f"{c.type or '?'}{'[]' if c.collection else ''}" for c in (column, wanted)]
    found.add(
        "union",
        phrases.UNION_TYPES,
        column.place,
        name=column.name,
        found=shown[0],
        expected=shown[1],
        other=first.place,
    )


def check_variables(view: View, found: Findings) -> None:
    """Every `%name` is a constant of the view, or means something everywhere."""
    hint = ", ".join(constant.name for constant in view.constants)
    for expression in expressions(view):
        for name in outside(expression.node):
            found.add(
                "unknown-constant",
                phrases.UNKNOWN_CONSTANT,
                expression.place,
                name=name,
                known_fr=f" Définies : {hint}." if hint else "",
                known_en=f" Defined: {hint}." if hint else "",
            )
