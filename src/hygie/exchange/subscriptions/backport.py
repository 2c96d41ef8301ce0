"""The names that the backport gives to what R4's Subscription has not (STU 1.1, §Artifacts)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

BASE: Final = "http://hl7.org/fhir/uv/subscriptions-backport"
EXTENSION: Final = f"{BASE}/StructureDefinition/backport-"
FILTER: Final = f"{EXTENSION}filter-criteria"
CONTENT: Final = f"{EXTENSION}payload-content"
HEARTBEAT: Final = f"{EXTENSION}heartbeat-period"
TIMEOUT: Final = f"{EXTENSION}timeout"
MAX_COUNT: Final = f"{EXTENSION}max-count"
CHANNEL_TYPE: Final = f"{EXTENSION}channel-type"
PROFILE: Final = f"{EXTENSION}subscription"
STATUS_PROFILE: Final = f"{EXTENSION}subscription-status-r4"
NOTIFICATION_PROFILE: Final = f"{EXTENSION}subscription-notification-r4"
TOPICS: Final = f"{BASE}/StructureDefinition/capabilitystatement-subscriptiontopic-canonical"
WEBSOCKET: Final = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-websocket"


def values(element: Any, url: str) -> Iterator[Any]:
    """The values of an element's extensions of that URL, whatever type they have.

    `element`: of a primitive, what stands beside it (`_criteria`). Passes over what is ill-formed.
    """
    extensions = element.get("extension") if isinstance(element, Mapping) else None
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, dict) and extension.get("url") == url:
            yield from (value for name, value in extension.items() if name.startswith("value"))
