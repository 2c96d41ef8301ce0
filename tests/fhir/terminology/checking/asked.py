"""Codes asked of small catalogues, and answers read."""

from typing import Any

from tests.fhir.terminology.making import BEASTS

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking import validate_code, validate_code_of_system

Json = dict[str, Any]
VALUES = {bool: "valueBoolean", str: "valueString"}


def parameters(**named: Any) -> Json:
    """As a request sends them; `_` in a name stands for `-`."""
    items = [_item(name.replace("_", "-"), value) for name, value in named.items()]
    return {"resourceType": "Parameters", "parameter": items}


def _item(name: str, value: Any) -> Json:
    if name == "coding":
        return {"name": name, "valueCoding": value}
    if name == "codeableConcept":
        return {"name": name, "valueCodeableConcept": value}
    if isinstance(value, dict):
        return {"name": name, "resource": value}
    return {"name": name, VALUES[type(value)]: value}


def coding(code: str, system: str = BEASTS, **more: str) -> Json:
    return {"system": system, "code": code, **more}


def of_set(*resources: Json, language: str = "", **named: Any) -> Json:
    """What $validate-code of a value set answers: parameters by name."""
    asked = Asked(parameters(**named), (), language)
    return read(validate_code(Catalogue.of(resources).over(asked.resources), asked))


def of_system(*resources: Json, language: str = "", **named: Any) -> Json:
    asked = Asked(parameters(**named), (), language)
    return read(validate_code_of_system(Catalogue.of(resources), asked))


def read(answer: Json) -> Json:
    """Name -> value, or resource."""
    found = {}
    for item in answer["parameter"]:
        found[item["name"]] = next(value for key, value in item.items() if key != "name")
    return found


def said(answer: Json) -> list[tuple[str, str, str]]:
    """Severity, tx-issue-type and place of each issue, sorted."""
    issues = answer.get("issues", {}).get("issue", [])
    return sorted(
        (i["severity"], i["details"]["coding"][0]["code"], i.get("expression", [""])[0])
        for i in issues
    )


def texts(answer: Json) -> list[str]:
    return [i["details"]["text"] for i in answer.get("issues", {}).get("issue", [])]
