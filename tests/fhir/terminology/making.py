"""Small code systems and value sets, written as short as they can be."""

from typing import Any

from hygie.fhir.packages import Definition, Library
from hygie.fhir.terminology import Terms

Json = dict[str, Any]
BEASTS = "https://a.test/beasts"


def system(*concepts: Any, url: str = BEASTS, content: str = "complete", **more: Any) -> Json:
    listed = [c if isinstance(c, dict) else {"code": c} for c in concepts]
    return {
        "resourceType": "CodeSystem",
        "url": url,
        "content": content,
        "concept": listed,
        **more,
    }


def value_set(name: str, *includes: Json, exclude: list[Json] | None = None, **more: Any) -> Json:
    compose = {"include": list(includes), **({"exclude": exclude} if exclude else {})}
    return {"resourceType": "ValueSet", "url": name, "compose": compose, **more}


def codes(*listed: str, of: str = BEASTS) -> Json:
    return {"system": of, "concept": [{"code": code} for code in listed]}


def kept(*filters: tuple[str, str, str], of: str = BEASTS) -> Json:
    names = ("property", "op", "value")
    return {"system": of, "filter": [dict(zip(names, each, strict=True)) for each in filters]}


def terms(*resources: Json, package: str = "") -> Terms:
    return Terms(Library(Definition(resource, package) for resource in resources))


ANIMALS = system(
    {
        "code": "animal",
        "property": [{"code": "notSelectable", "valueBoolean": True}],
        "concept": [
            {
                "code": "mammal",
                "concept": [
                    {"code": "cat", "display": "Cat", "property": [
                        {"code": "legs", "valueInteger": 4}, {"code": "tame", "valueBoolean": True},
                    ], "designation": [{"language": "fr", "value": "Chat"}]},
                    {"code": "whale", "property": [{"code": "legs", "valueInteger": 0}]},
                ],
            },
            {"code": "bird", "concept": [{"code": "dodo", "property": [
                {"code": "status", "valueCode": "retired"}]}]},
        ],
    },
    {"code": "bat", "property": [{"code": "parent", "valueCode": "mammal"}]},
    property=[{"code": "legs", "type": "integer"}, {"code": "tame", "type": "boolean"}],
)  # fmt: skip
"""animal > (mammal > (cat, whale, bat), bird > dodo)."""
EVERYTHING = ("animal", "mammal", "cat", "whale", "bird", "dodo", "bat")
