"""JSON -> `View`: the whole definition is validated, everything wrong is said at once.

Source: SQL on FHIR, logical model ViewDefinition (https://sql-on-fhir.org/ig/latest/).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hygie.fhir.definitions import Registry, r4
from hygie.fhir.path import parse
from hygie.fhir.path.syntax import Node
from hygie.insight.views import phrases
from hygie.insight.views.consistency import check_columns, check_variables
from hygie.insight.views.constants import read_constants
from hygie.insight.views.definition import Column, Expression, Select, Tag, View
from hygie.insight.views.findings import Findings, beyond
from hygie.insight.views.properties import Json, flag, identifier, objects, only, text, texts
from hygie.insight.views.substitution import literal, substituted
from hygie.insight.views.types import read_type
from hygie.limits import MAX_VIEW_COLUMNS, MAX_VIEW_DEPTH, MAX_VIEW_EXPRESSIONS
from hygie.refusal import Refused

METADATA: Final = (
    "resourceType", "meta", "implicitRules", "language", "text", "contained", "url", "identifier",
    "version", "versionAlgorithmString", "versionAlgorithmCoding", "name", "title", "status",
    "experimental", "date", "publisher", "contact", "description", "useContext", "jurisdiction",
    "purpose", "copyright", "copyrightLabel", "approvalDate", "lastReviewDate", "effectivePeriod",
    "topic", "author", "editor", "reviewer", "endorser", "relatedArtifact", "profile",
    "fhirVersion",
)  # fmt: skip
"""What a ViewDefinition may say of itself (CanonicalResource, R5 MetadataResource)."""
OF_VIEW: Final = ("resource", "select", "where", "constant")
OF_SELECT: Final = ("column", "select", "forEach", "forEachOrNull", "repeat", "unionAll")
OF_COLUMN: Final = ("name", "path", "type", "collection", "description", "tag", "tags")
OF_WHERE: Final = ("path", "description")
OF_TAG: Final = ("name", "value")
WAYS: Final = ("forEach", "forEachOrNull", "repeat")


def read_view(json: Mapping[str, Any], registry: Registry | None = None) -> View:
    """The view that a ViewDefinition resource describes, or its short form without metadata.

    `json` is JSON as the codec decodes it. Raises Refused with one issue a problem, its place
    (`select[0].column[2].path`) in `location`. Elements that a path names are not looked up here:
    whoever compiles the view does.
    """
    return _Reader(registry or r4()).view(json)


class _Reader:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._findings = Findings()
        self._expressions = 0
        self._constants: dict[str, Node] = {}

    def view(self, json: Json) -> View:
        found = self._findings
        only(json, OF_VIEW, "", found, besides=METADATA)
        if json.get("resourceType", "ViewDefinition") != "ViewDefinition":
            found.add("type", phrases.NOT_A_VIEW, "", found=str(json["resourceType"]))
        constants = tuple(read_constants(json, self._registry, found))
        self._constants = {constant.name: literal(constant) for constant in constants}
        view = View(
            resource=self._resource(json),
            selects=tuple(self._selects(json, "select", "", depth=1)),
            where=tuple(self._where(json)),
            constants=constants,
            name=identifier(json, "name", "", found, required=False),
            title=text(json, "title", "", found, required=False),
            description=text(json, "description", "", found, required=False),
            url=text(json, "url", "", found, required=False),
        )
        self._check(json, view)
        found.settle()
        return view

    def _check(self, json: Json, view: View) -> None:
        columns = view.columns()
        if len(columns) > MAX_VIEW_COLUMNS:
            raise beyond("columns", phrases.TOO_MANY_COLUMNS, MAX_VIEW_COLUMNS)
        if "select" not in json:
            self._findings.add("missing", phrases.MISSING, "select")
        elif not columns:
            self._findings.add("no-column", phrases.NO_COLUMN, "select")
        check_columns(view, self._findings)
        if not self._findings.any_of("constant"):
            check_variables(view, self._findings)

    def _resource(self, json: Json) -> str:
        if "resource" not in json:
            self._findings.add("resource", phrases.NO_RESOURCE, "resource")
            return ""
        name = text(json, "resource", "", self._findings)
        if name and not self._registry.is_resource(name):
            self._findings.add("resource", phrases.UNKNOWN_RESOURCE, "resource", name=name)
        return name

    def _where(self, json: Json) -> Iterator[Expression]:
        for inner, place in objects(json, "where", "", self._findings):
            only(inner, OF_WHERE, place, self._findings)
            yield from self._path(inner, place)

    # --- selects ----------------------------------------------------------------------
    def _selects(self, json: Json, key: str, place: str, depth: int) -> Iterator[Select]:
        for inner, at in objects(json, key, place, self._findings):
            if depth > MAX_VIEW_DEPTH:
                raise beyond("depth", phrases.TOO_DEEP, MAX_VIEW_DEPTH, at)
            yield self._select(inner, at, depth)

    def _select(self, json: Json, place: str, depth: int) -> Select:
        only(json, OF_SELECT, place, self._findings)
        ways = [key for key in WAYS if key in json]
        if len(ways) > 1:
            self._findings.add("ways", phrases.WAYS_TOGETHER, place, found=", ".join(ways))
        return Select(
            columns=tuple(self._columns(json, place)),
            selects=tuple(self._selects(json, "select", place, depth + 1)),
            union_all=tuple(self._selects(json, "unionAll", place, depth + 1)),
            for_each=self._optional(json, "forEach", place),
            for_each_or_null=self._optional(json, "forEachOrNull", place),
            repeat=tuple(self._repeat(json, place)),
            place=place,
        )

    def _repeat(self, json: Json, place: str) -> Iterator[Expression]:
        for path, at in texts(json, "repeat", place, self._findings):
            yield from self._expression(path, at)

    # --- columns ----------------------------------------------------------------------
    def _columns(self, json: Json, place: str) -> Iterator[Column]:
        items = list(objects(json, "column", place, self._findings))
        if len(items) > MAX_VIEW_COLUMNS:
            raise beyond("columns", phrases.TOO_MANY_COLUMNS, MAX_VIEW_COLUMNS, f"{place}.column")
        for inner, at in items:
            yield from self._column(inner, at)

    def _column(self, json: Json, place: str) -> Iterator[Column]:
        found = self._findings
        only(json, OF_COLUMN, place, found)
        name = identifier(json, "name", place, found)
        for path in self._path(json, place):
            yield Column(
                name,
                path,
                type=read_type(json, place, self._registry, found),
                collection=flag(json, "collection", place, found),
                description=text(json, "description", place, found, required=False),
                tags=tuple(self._tags(json, place)),
                place=place,
            )

    def _tags(self, json: Json, place: str) -> Iterator[Tag]:
        """`tags` is how the examples of the specification write `tag`."""
        for key in ("tag", "tags"):
            for inner, at in objects(json, key, place, self._findings):
                only(inner, OF_TAG, at, self._findings)
                name = text(inner, "name", at, self._findings)
                yield Tag(name, text(inner, "value", at, self._findings))

    # --- expressions ------------------------------------------------------------------
    def _path(self, json: Json, place: str) -> Iterator[Expression]:
        if path := text(json, "path", place, self._findings):
            yield from self._expression(path, f"{place}.path")

    def _optional(self, json: Json, key: str, place: str) -> Expression | None:
        path = text(json, key, place, self._findings, required=False)
        return next(self._expression(path, f"{place}.{key}"), None) if path else None

    def _expression(self, path: str, place: str) -> Iterator[Expression]:
        """The expression, or nothing and a finding."""
        self._expressions += 1
        if self._expressions > MAX_VIEW_EXPRESSIONS:
            raise beyond("expressions", phrases.TOO_MANY_EXPRESSIONS, MAX_VIEW_EXPRESSIONS, place)
        try:
            yield Expression(path, substituted(parse(path), self._constants), place)
        except Refused as refused:
            self._findings.of_expression(refused, place)
