"""Faults that any resource may have, whatever its profile."""

from tests.fhir.validate.faults import Fault, Json, add, put

NOTHING = "https://example.org/StructureDefinition/nothing"
SCRIPT = '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div>'


def faults_of(name: str, example: Json) -> list[Fault]:
    """The same for each example; an item that is added stands after those that are there."""
    extensions = len(example.get("extension", ()))
    profiles = len(example.get("meta", {}).get("profile", ()))
    return [
        Fault(name, "un élément que R4 ne connaît pas", put("wibble", True),
              "structure.unknown-element", "wibble"),
        Fault(name, "un profil inconnu", add("meta.profile", NOTHING),
              "profile.unknown", f"meta.profile[{profiles}]"),
        Fault(name, "une extension sans url", add("extension", {"valueString": "x"}),
              "structure.required", f"extension[{extensions}]"),
        Fault(name, "une extension sans valeur ni extension", add("extension", {"url": NOTHING}),
              "extension.neither", f"extension[{extensions}]"),
        Fault(name, "un identifiant technique avec une espace", put("id", "a b"),
              "value.format", "id"),
        Fault(name, "une date d’un autre format", put("meta.lastUpdated", "22/11/2026"),
              "value.format", "meta.lastUpdated"),
        Fault(name, "une langue qui est un nombre", put("language", 5),
              "value.json-type", "language"),
        Fault(name, "un script dans le texte", put("text.div", SCRIPT),
              "value.narrative", "text.div"),
    ]  # fmt: skip
