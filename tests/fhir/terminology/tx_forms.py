"""The suite is written in the form of R5: what its runner converts when it asks a server of R4.

As `VersionConvertor_40_50` does: definitions on their way in, expansions on their way back.
"""

from typing import Any, Final

Json = dict[str, Any]

CROSS_VERSION: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-"
EQUIVALENCES: Final = {
    "related-to": "relatedto",
    "equivalent": "equivalent",
    "source-is-narrower-than-target": "wider",
    "source-is-broader-than-target": "narrower",
    "not-related-to": "disjoint",
}
"""ConceptMap relationship of R5 -> equivalence of R4, which is told from the target's side."""
SCOPES: Final = {
    "sourceScopeUri": "sourceUri",
    "targetScopeUri": "targetUri",
    "sourceScopeCanonical": "sourceCanonical",
    "targetScopeCanonical": "targetCanonical",
}


def to_r4(resource: Json) -> Json:
    """A definition as a client of R4 sends it."""
    kind = resource.get("resourceType")
    if kind == "CodeSystem":
        return _system(resource)
    return _concept_map(resource) if kind == "ConceptMap" else resource


def to_r5(answer: Json) -> Json:
    """An answer of R4 as the suite expects it."""
    if answer.get("resourceType") != "ValueSet" or "expansion" not in answer:
        return answer
    expansion = _with_properties(answer["expansion"], "ValueSet.expansion.property")
    if "contains" in expansion:
        expansion["contains"] = [_entry(item) for item in expansion["contains"]]
    return {**answer, "expansion": expansion}


def _system(resource: Json) -> Json:
    result = dict(resource)
    for name in ("versionAlgorithmCoding", "versionAlgorithmString"):
        if name in result:
            value = name.replace("versionAlgorithm", "value")
            url = CROSS_VERSION + "CodeSystem.versionAlgorithm"
            added = {"url": url, value: result.pop(name)}
            result["extension"] = [*result.get("extension", ()), added]
    return result


def _concept_map(resource: Json) -> Json:
    result = {SCOPES.get(name, name): value for name, value in resource.items()}
    result["group"] = [_group(group) for group in resource.get("group", ())]
    return result


def _group(group: Json) -> Json:
    elements = [
        {**element, "target": [_related(target) for target in element.get("target", ())]}
        for element in group.get("element", ())
    ]
    result = {**group, "element": elements}
    if "unmapped" in group:
        result["unmapped"] = {k: v for k, v in group["unmapped"].items() if k != "relationship"}
    return result


def _related(target: Json) -> Json:
    result = {key: value for key, value in target.items() if key != "relationship"}
    if "relationship" in target:
        result["equivalence"] = EQUIVALENCES[target["relationship"]]
    return result


def _entry(entry: Json) -> Json:
    result = _with_properties(entry, "ValueSet.expansion.contains.property")
    if "contains" in result:
        result["contains"] = [_entry(item) for item in result["contains"]]
    return result


def _with_properties(holder: Json, name: str) -> Json:
    """With the properties that R4 can only say by extensions."""
    extensions = holder.get("extension", [])
    mine = [each for each in extensions if each["url"] == CROSS_VERSION + name]
    result = {key: value for key, value in holder.items() if key != "extension"}
    if others := [each for each in extensions if each not in mine]:
        result["extension"] = others
    if mine:
        result["property"] = [_property(each) for each in mine]
    return result


def _property(extension: Json) -> Json:
    found = {}
    for part in extension["extension"]:
        kind = next(key for key in part if key.startswith("value"))
        found[kind if part["url"] == "value" else part["url"]] = part[kind]
    return found
