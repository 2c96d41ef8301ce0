"""What the references of a transaction mean (R4 §2.36.4.1, §3.1.0.11.2).

Every resource to be written has a target, "Type/id", before anything is written: its own id, one
just made, or, while criteria have not been looked up yet, a placeholder that looks like one.
Conditional references ("Patient?identifier=…") get placeholders as well. So that resources can be
validated with references of the right type before the store is asked anything; `settle` then
replaces the placeholders by what the criteria found.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final
from uuid import uuid4

from hygie.fhir.references import rewrite_references
from hygie.store.contract import Resource
from hygie.store.interactions.addresses import CONDITIONAL
from hygie.store.interactions.rewriting import Seen, look, replaced

RESTFUL: Final = re.compile(r"(https?://.+/)([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})")
RELATIVE: Final = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}")
PLACEHOLDERS: Final = ("urn:uuid:", "urn:oid:")


def new_id() -> str:
    """An id that nobody can guess and that says nothing."""
    return str(uuid4())


class Links:
    """From what entries call each other (fullUrl, criteria) to targets."""

    def __init__(self, is_type: Callable[[object], bool]) -> None:
        self._is_type = is_type
        self._targets: dict[str, str] = {}
        self.conditional: dict[str, str] = {}
        """Conditional reference, as written -> placeholder."""

    def copy(self) -> "Links":
        """What an attempt may add to without the next one seeing it."""
        links = Links(self._is_type)
        links._targets = self._targets
        links.conditional = dict(self.conditional)
        return links

    def name(self, full_url: str, target: str) -> bool:
        """Lets references use `full_url`; False when it is already taken."""
        return self._targets.setdefault(full_url, target) == target

    def seen(self, resource: Resource) -> Seen:
        """What the resource links to; conditional references get their placeholders."""
        seen = look(resource, self._targets)
        for link in seen.references:
            found = CONDITIONAL.fullmatch(link) if "?" in link else None
            if found and self._is_type(found[1]) and link not in self.conditional:
                self.conditional[link] = f"{found[1]}/{new_id()}"
        return seen

    def dangling(self, resource: Resource, seen: Seen) -> list[str]:
        """Placeholders that no entry answers to. A Bundle's are its own affair."""
        if resource.get("resourceType") == "Bundle":
            return []
        links = (link for link in seen.references if link.startswith(PLACEHOLDERS))
        return [link for link in links if link not in self._targets]

    def rewrite(self, resource: Resource, seen: Seen, full_url: str) -> Resource:
        """The resource with references to targets, as the entry of this `full_url` means them."""
        if not self._targets and not self.conditional:
            return resource
        origin = RESTFUL.fullmatch(full_url)
        if origin is None:
            return replaced(resource, seen, lambda link: self._target(link, ""))
        base = origin[1]
        return rewrite_references(resource, lambda link: self._target(link, base))

    def _target(self, link: str, base: str) -> str | None:
        if link in self.conditional:
            return self.conditional[link]
        if base and RELATIVE.fullmatch(link):
            return self._targets.get(base + link)
        return self._targets.get(link)


def settle(resource: Resource, actual: Mapping[str, str]) -> Resource:
    """The resource with actual targets for placeholders."""
    return replaced(resource, look(resource, actual), actual.get)
