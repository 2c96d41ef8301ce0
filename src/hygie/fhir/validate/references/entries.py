"""The entries of one bundle, found by reference (R4 §2.36.4.1, "Resolving references in Bundles").

An absolute reference names the entries whose fullUrl it is, if that is absolute as it must be; a
relative one is made absolute by the root of the fullUrl of the entry it stands in, and names
nothing when that is not a RESTful URL.
A version is compared with `meta.versionId`, never with the fullUrl.
"""

from collections.abc import Sequence
from typing import Any

from hygie.fhir.validate.reading import Json, text_of
from hygie.fhir.validate.references.forms import RELATIVE, VERSION, root_of, without_version


class Entries:
    """An index of a bundle, whatever its JSON. Building it is linear; a look-up is constant."""

    __slots__ = ("_by_name", "_by_url", "bundle_type", "full_urls", "resources")

    def __init__(self, bundle: Json) -> None:
        entries = bundle.get("entry")
        found = [e if type(e) is dict else {} for e in entries] if type(entries) is list else []
        self.bundle_type = text_of(bundle, "type")
        self.full_urls = [text_of(entry, "fullUrl") for entry in found]
        """Of each entry, "" when it has none."""
        self.resources = [_object(entry.get("resource")) for entry in found]
        self._by_url: dict[str, list[int]] = {}
        self._by_name: dict[str, list[int]] | None = None
        for index, url in enumerate(self.full_urls):
            if ":" in url and self.resources[index] is not None:
                self._by_url.setdefault(url, []).append(index)

    def find(self, text: str, root: str) -> Sequence[int]:
        """Which entries a reference names; `root` is that of the entry in which it stands."""
        found = self._by_url.get(text)
        if found is not None:
            return found
        if VERSION not in text and "#" not in text:
            return self._by_url.get(root + text, ()) if root else ()
        url, version = without_version(text)
        found = self._by_url.get(url) or (self._by_url.get(root + url) if root else None) or []
        return [i for i in found if self.version(i) == version] if version else found

    def alike(self, text: str) -> Sequence[int]:
        """Entries whose resource has the type and id that the reference ends with."""
        if self._by_name is None:
            self._by_name = {}
            for index, resource in enumerate(self.resources):
                if resource is not None:
                    self._by_name.setdefault(name_of(resource), []).append(index)
        url, _ = without_version(text)
        name = "/".join(url.rsplit("/", 2)[-2:])
        return self._by_name.get(name, ()) if RELATIVE.fullmatch(name) else ()

    def root(self, index: int) -> str:
        """What a relative reference in that entry is appended to; "" when there is none."""
        return root_of(self.full_urls[index]) if 0 <= index < len(self.full_urls) else ""

    def version(self, index: int) -> str:
        meta = (self.resources[index] or {}).get("meta")
        return text_of(meta, "versionId") if type(meta) is dict else ""


def name_of(resource: Json) -> str:
    """ "Type/id", as far as they are known."""
    return f"{text_of(resource, 'resourceType')}/{text_of(resource, 'id')}"


def _object(value: Any) -> Json | None:
    return value if type(value) is dict and value else None
