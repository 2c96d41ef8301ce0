"""Views: tables made from resources, as SQL on FHIR defines them."""

from hygie.insight.views.definition import Column, Constant, Expression, Select, Tag, View
from hygie.insight.views.reading import read_view
from hygie.insight.views.schema import ColumnType, schema

__all__ = [
    "Column", "ColumnType", "Constant", "Expression", "Select", "Tag", "View", "read_view",
    "schema",
]  # fmt: skip
