"""A topic as R4 keeps it: a Basic whose extensions are the elements of a SubscriptionTopic.

Backport STU 1.1, §Topics in R4: `Basic.code` is `SubscriptionTopic`, each element an extension of
the cross-version kind, `http://hl7.org/fhir/[version]/StructureDefinition/extension-[path]`.
"""

import re
from typing import Any, Final

Json = dict[str, Any]
CODE: Final = "SubscriptionTopic"
ELEMENT: Final = re.compile(
    r"http://hl7\.org/fhir/[45]\.[0-9](?:\.[0-9])?/StructureDefinition/"
    r"extension-SubscriptionTopic\.([A-Za-z.]+)"
)
REPEATED: Final = frozenset(
    {
        "resourceTrigger", "eventTrigger", "canFilterBy", "notificationShape",
        "supportedInteraction", "modifier", "include", "revInclude",
    }
)  # fmt: skip
"""Elements of a SubscriptionTopic that are lists, among those that are read."""


def is_topic(basic: Json) -> bool:
    """Whether a Basic resource keeps a topic."""
    code = basic.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    return any(
        isinstance(coding, dict) and coding.get("code") == CODE
        for coding in (codings if isinstance(codings, list) else ())
    )


def topic_of(basic: Json) -> Json:
    """The SubscriptionTopic that a Basic keeps, as R4B writes it in JSON. Pure, never raises."""
    topic: Json = {"resourceType": CODE}
    for name in ("extension", "modifierExtension"):
        _fill(topic, basic.get(name), outer=True)
    return topic


def _fill(target: Json, extensions: Any, *, outer: bool) -> None:
    for extension in extensions if isinstance(extensions, list) else ():
        url = extension.get("url") if isinstance(extension, dict) else None
        if not isinstance(url, str):
            continue
        found = ELEMENT.fullmatch(url)
        if found is None and outer:
            continue
        _add(target, (found[1] if found else url).rpartition(".")[2], _value(extension))


def _value(extension: Json) -> Any:
    """What an extension says: its value, or an element made of those within it."""
    for name, value in extension.items():
        if name.startswith("value"):
            return value
    inner: Json = {}
    _fill(inner, extension.get("extension"), outer=False)
    return inner


def _add(target: Json, name: str, value: Any) -> None:
    if name in REPEATED:
        target.setdefault(name, []).append(value)
    else:
        target.setdefault(name, value)
