"""What a CodeSystem says of itself, its concepts left out (R4 §4.7)."""

from functools import cached_property

from hygie.fhir.terminology.code_system import PROPERTIES
from hygie.fhir.terminology.reading import Json, objects, text


class Heading:
    """Of a resource of any shape: what cannot be read is as if it were not there."""

    def __init__(self, resource: Json) -> None:
        self._resource = resource
        self.url = text(resource, "url")
        self.version = text(resource, "version")
        self.name = text(resource, "name")
        self.title = text(resource, "title")
        self.status = text(resource, "status")
        self.experimental = resource.get("experimental") is True
        self.language = text(resource, "language")
        self.content = text(resource, "content")
        self.case_sensitive = resource.get("caseSensitive") is not False
        self.hierarchy_meaning = text(resource, "hierarchyMeaning")
        self.compositional = resource.get("compositional") is True
        self.supplements = text(resource, "supplements")
        self.properties = {
            text(item, "uri") or PROPERTIES + text(item, "code"): text(item, "code")
            for item in objects(resource, "property")
        }

    @cached_property
    def json(self) -> Json:
        """The resource, its concepts left out."""
        return {key: value for key, value in self._resource.items() if key != "concept"}
