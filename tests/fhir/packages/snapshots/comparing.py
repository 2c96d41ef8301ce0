"""What validation uses of an element, so that two snapshots can be compared."""

from typing import Any

Json = dict[str, Any]
VALUES = ("fixed", "pattern", "minValue", "maxValue", "maxLength")


def used(element: Json) -> Json:
    """Versions of canonicals left out: publishers pin them in snapshots, not in differentials."""
    binding = element.get("binding", {})
    return {
        "min": element.get("min"),
        "max": element.get("max"),
        "type": sorted(map(_type, element.get("type", ()))),
        "values": {name: value for name, value in element.items() if name.startswith(VALUES)},
        "binding": (binding.get("strength"), _unversioned(binding.get("valueSet", ""))),
        "constraint": sorted({constraint["key"] for constraint in element.get("constraint", ())}),
        "slicing": _slicing(element["slicing"]) if "slicing" in element else None,
        "contentReference": element.get("contentReference", "").rpartition("#")[2],
        "mustSupport": element.get("mustSupport", False),
        "isModifier": element.get("isModifier", False),
    }


def by_id(resource: Json) -> dict[str, Json]:
    """Element id -> what validation uses of it."""
    return {element["id"]: used(element) for element in resource["snapshot"]["element"]}


def differences(shipped: Json, made: Json) -> tuple[int, dict[str, tuple[str, ...]]]:
    """How many elements there are, and of those that differ, by id, the members that do."""
    ours, theirs = by_id(made), by_id(shipped)
    found: dict[str, tuple[str, ...]] = {}
    for identifier in ours.keys() | theirs.keys():
        if identifier not in theirs:
            found[identifier] = ("only in ours",)
        elif identifier not in ours:
            found[identifier] = ("only in theirs",)
        elif ours[identifier] != theirs[identifier]:
            found[identifier] = tuple(
                name
                for name, value in ours[identifier].items()
                if value != theirs[identifier][name]
            )
    return len(ours.keys() | theirs.keys()), found


def _type(type_: Json) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    profiles = tuple(sorted(map(_unversioned, type_.get("profile", ()))))
    targets = tuple(sorted(map(_unversioned, type_.get("targetProfile", ()))))
    return type_["code"], profiles, targets


def _slicing(slicing: Json) -> tuple[Any, ...]:
    discriminators = [(d["type"], d["path"]) for d in slicing.get("discriminator", ())]
    return slicing.get("rules"), slicing.get("ordered", False), discriminators


def _unversioned(canonical: str) -> str:
    return canonical.partition("|")[0]
