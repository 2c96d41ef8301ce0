"""An answer beside the one expected, as the ecosystem's own runner compares them.

Written after what `TxTester`, `TxTesterSorters` and `CompareUtilities` of the reference do
(org.hl7.fhir.core): the answer is put in order, what may differ is taken out, then every property
is compared. What is expected is a template: `$optional$`, `$optional-properties$`,
`$count-arrays$`, `$choice:…$`, `$fragments:…$`, `$external:…$` and the names of PATTERNS.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

Json = dict[str, Any]

VERSION: Final = "4.0.1"
MODES: Final = frozenset({"general"})
CONTROLS: Final = frozenset({"$optional$", "$optional-properties$", "$count-arrays$"})
MANAGED: Final = "http://hl7.org/fhir/StructureDefinition/"
MANAGED_NAMES: Final = re.compile(
    "codesystem-(alternate|conceptOrder|label)|coding-sctdescid|itemWeight|translation"
    "|rendering-(style|xhtml)|alternate-code-(use|status)|operationoutcome-message-id"
    "|valueset-(concept-definition|conceptOrder|deprecated|label|supplement|unclosed(-reason)?)"
    "|structuredefinition-standards-status"
)
"""Extensions that are compared; others of HL7 are taken out of value sets and outcomes."""
UNKNOWN: Final = re.compile(
    r"http://hl7\.org/fhir/test/StructureDefinition/unknown-extension-[1345]"
)
_ZONE: Final = r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
PATTERNS: Final = {
    "$$": r"(?s:.*)",
    "$instant$": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?" + _ZONE,
    "$date$": r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?" + _ZONE + ")?",
    "$uuid$": r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "$string$": r"(?s:\S(.*\S)?)",
    "$id$": r"[A-Za-z0-9\-.]{1,64}",
    "$url$": r"(https?://|www\.)[-a-zA-Z0-9+&@#/%?=~_|!:.;]*[-a-zA-Z0-9+&@#/%=~_|]",
    "$token$": r"[0-9a-zA-Z_][0-9a-zA-Z_.\-]*",
    "$semver$": r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?",
    "$version$": re.escape(VERSION),
}
_BASE64: Final = str.maketrans("-_", "+/")
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]")


def difference(expected: Json, answer: Json) -> str:
    """The first thing that differs, with its place; "" when nothing does."""
    return _of_objects("", expected, in_order(answer))


# --- the answer put in order --------------------------------------------------------------
def in_order(answer: Json) -> Json:
    """Without narrative, meta and what a server may add; arrays sorted as expected files are."""
    kind = answer.get("resourceType")
    if kind == "ValueSet":
        return _ordered_set(_scrubbed({k: v for k, v in answer.items() if k not in SERVERS_OWN}))
    if kind == "OperationOutcome":
        return _outcome(answer)
    if kind == "Parameters":
        return _parameters({k: v for k, v in answer.items() if k != "meta"})
    return answer


SERVERS_OWN: Final = ("text", "meta")


def _outcome(answer: Json, *, sort: bool = False) -> Json:
    issues = [
        {key: value for key, value in issue.items() if key != "diagnostics"}
        for issue in answer.get("issue", ())
        if "details" in issue or "diagnostics" not in issue
    ]
    if sort:
        issues.sort(key=_issue_key)
    kept = {k: v for k, v in answer.items() if k not in SERVERS_OWN}
    return _scrubbed({**kept, "issue": issues})


def _issue_key(issue: Json) -> tuple[str, ...]:
    place = next(iter(issue.get("expression", ())), "")
    return issue["severity"], issue["code"], place, issue.get("details", {}).get("text", "")


def _parameters(answer: Json) -> Json:
    items = [_parameter(item) for item in answer.get("parameter", ())]
    return {**answer, "parameter": sorted(items, key=_parameter_key)}


def _parameter(item: Json) -> Json:
    result = dict(item)
    if "part" in item:
        result["part"] = sorted(map(_parameter, item["part"]), key=_parameter_key)
    resource = item.get("resource", {})
    if resource.get("resourceType") == "OperationOutcome":
        result["resource"] = _outcome(resource, sort=True)
    elif "resource" in item:
        result["resource"] = in_order(resource)
    if item["name"] == "message" and "valueString" in item:
        result["valueString"] = "; ".join(sorted(item["valueString"].split("; ")))
    return result


def _parameter_key(item: Json) -> tuple[str, ...]:
    parts = {part["name"]: _primitive(part).lower() for part in item.get("part", ())}
    first = {"property": "code", "designation": "language"}.get(item["name"], "")
    return (item["name"], parts.get(first, ""), parts.get("value", "") if first else "")


def _primitive(item: Json) -> str:
    found = (item[key] for key in item if key.startswith("value"))
    value = next(found, "")
    return "" if isinstance(value, (dict, list)) else str(value)


def _ordered_set(value_set: Json) -> Json:
    result = dict(value_set)
    if "extension" in result:
        result["extension"] = sorted(result["extension"], key=_by("url"))
    if isinstance(result.get("expansion"), dict):
        result["expansion"] = expansion = dict(result["expansion"])
        for name, key in (
            ("parameter", lambda item: (item["name"], _primitive(item))),
            ("property", _by("uri", "code")),
            ("extension", _by("url")),
        ):
            if name in expansion:
                expansion[name] = sorted(expansion[name], key=key)
        if "contains" in expansion:
            expansion["contains"] = _entries(expansion["contains"])
    return result


def _entries(entries: list[Json]) -> list[Json]:
    result = []
    for entry in sorted(entries, key=_by("code")):
        ordered = dict(entry)
        for name, key in (
            ("extension", _by("url")),
            ("designation", _designation_key),
            ("property", _by("code")),
        ):
            if name in ordered:
                ordered[name] = sorted(ordered[name], key=key)
        if "contains" in ordered:
            ordered["contains"] = _entries(ordered["contains"])
        result.append(ordered)
    return result


def _designation_key(item: Json) -> tuple[str, bool, str]:
    """The display of a language comes before its other designations."""
    return item.get("language", ""), "use" not in item, item.get("value", "")


def _by(*names: str) -> Any:
    return lambda item: tuple(str(item.get(name, "")) for name in names)


def _scrubbed(value: Any, name: str = "") -> Any:
    """Without extensions that the runner does not look at; `compose` is left as it is."""
    if name == "compose":
        return value
    if isinstance(value, list):
        return [_scrubbed(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {key: _scrubbed(item, key) for key, item in value.items() if key != "extension"}
    kept = [_scrubbed(item) for item in value.get("extension", ()) if _is_managed(item["url"])]
    return {**result, "extension": kept} if kept else result


def _is_managed(url: str) -> bool:
    if ":" not in url:
        return True
    own = MANAGED_NAMES.fullmatch(url.removeprefix(MANAGED))
    return bool(own or UNKNOWN.fullmatch(url))


# --- the template -------------------------------------------------------------------------
def _of_objects(place: str, expected: Json, actual: Json) -> str:
    optional = {*expected.get("$optional-properties$", ()), *CONTROLS}
    counted = expected.get("$count-arrays$", ())
    for name, value in actual.items():
        if name not in expected:
            return f"{place}: unexpected {name}"
        if said := _of_values(f"{place}.{name}", expected[name], value, counted=name in counted):
            return said
    for name, value in expected.items():
        is_needed = name not in optional and "*" not in optional and not _all_optional(value)
        if is_needed and name not in actual:
            return f"{place}: no {name}"
    return ""


def _of_values(place: str, expected: Any, actual: Any, *, counted: bool = False) -> str:
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _of_objects(place, expected, actual)
    if isinstance(expected, list) and isinstance(actual, list):
        if counted:
            return "" if len(expected) == len(actual) else f"{place}: {len(actual)} items"
        return _of_arrays(place, expected, actual)
    if isinstance(expected, str) and isinstance(actual, str):
        same = fits(expected, actual) or _same_bytes(expected, actual)
        return "" if same else f"{place}: {actual!r} instead of {expected!r}"
    same = type(expected) is type(actual) and expected == actual
    return "" if same else f"{place}: {actual!r} instead of {expected!r}"


def _of_arrays(place: str, expected: list[Any], actual: list[Any]) -> str:
    """In order; an optional item that is not there is passed over."""
    needed = sum(not _is_optional(item) for item in expected)
    if not needed <= len(actual) <= len(expected):
        return f"{place}: {len(actual)} items instead of {len(expected)}: {_names(actual)}"
    here = 0
    for index, item in enumerate(expected):
        if here >= len(actual):
            rest = expected[index:]
            return "" if all(map(_is_optional, rest)) else f"{place}[{index}]: no {_names(rest)}"
        said = _of_values(f"{place}[{index}]", item, actual[here])
        if said and not _is_optional(item):
            return said
        here += not said
    return f"{place}: unexpected {_names(actual[here:])}" if here < len(actual) else ""


def _names(items: list[Any]) -> str:
    named = (i.get("name") or i.get("code") or i for i in items if isinstance(i, dict))
    return ", ".join(map(str, named))[:300]


def _is_optional(item: Any) -> bool:
    said = item.get("$optional$") if isinstance(item, dict) else None
    if isinstance(said, bool) or said is None:
        return said is True
    if said.startswith("!"):
        return said[1:] not in MODES
    if said.startswith("version:"):
        return VERSION.startswith(said.removeprefix("version:"))
    return said.startswith("warning:") or said in MODES


def _all_optional(value: Any) -> bool:
    listed = value if isinstance(value, list) else [{}]
    return all("$optional$" in item for item in listed if isinstance(item, dict))


def fits(expected: str, actual: str) -> bool:
    """Whether a text is what a template says."""
    if not (expected.startswith("$") and expected.endswith("$")):
        return expected.replace("$version$", VERSION) == actual
    if pattern := PATTERNS.get(expected):
        return re.fullmatch(pattern, actual) is not None
    control, _, rest = expected.strip("$").partition(":")
    if control == "choice":
        return actual in rest.split("|")
    return all(part.lower() in actual.lower() for part in _fragments(control, rest))


def _fragments(control: str, rest: str) -> Iterator[str]:
    """What must be part of a text whose wording is the server's own."""
    if control == "external":
        rest = rest.split(":")[1] if ":" in rest else ""
    elif control != "fragments":
        message = f"no such template: {control}"
        raise ValueError(message)
    return filter(None, rest.split("|"))


def _same_bytes(expected: str, actual: str) -> bool:
    """The runner takes two texts for one when they are the same in base64: without punctuation."""
    left, right = map(_letters, (expected, actual))
    return bool(left) and left == right


def _letters(text: str) -> str:
    return _NOT_BASE64.sub("", text.partition("=")[0].translate(_BASE64))
