"""What is to be checked: one code, one Coding, or the codings of a CodeableConcept."""

from functools import partial
from typing import Final, NamedTuple

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.reading import Json, objects, text

CODE: Final = "code"
CODING: Final = "coding"
CONCEPT: Final = "codeableConcept"
NAMES: Final = ("system", "version", "code", "display")
"""Elements of a Coding."""


class Coded(NamedTuple):
    """One code, and where it stands in the request."""

    system: str
    version: str
    code: str
    display: str
    path: str
    """FHIRPath: `CodeableConcept.coding[0]`; "" where system, code… are parameters themselves."""

    def place(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def written(self) -> str:
        """As it is told to people: `'system|version#code ('display')'`."""
        version = f"|{self.version}" if self.version else ""
        display = f" ('{self.display}')" if self.display else ""
        return f"'{self.system}{version}#{self.code}{display}'"


class Subject(NamedTuple):
    """All that one request asks about; `json` is the CodeableConcept, where it is one."""

    mode: str
    codings: tuple[Coded, ...]
    json: Json | None = None

    @property
    def is_concept(self) -> bool:
        return self.mode == CONCEPT


def subject_of_set(asked: Asked) -> Subject | None:
    """Asked of a value set; None when nothing is: a code needs a system, or leave to infer it."""
    found = _structured(asked)
    if found is None and asked.text("code"):
        system, version = asked.text("system"), asked.text("systemVersion")
        if system or asked.flag("inferSystem"):
            return _plain(asked, system, version)
    return found


def subject_of_system(asked: Asked) -> Subject | None:
    """Asked of a code system, which `url` names, or the resource that is sent."""
    found = _structured(asked)
    given = asked.structure("codeSystem")
    system = asked.text("url") or asked.text("system") or text(given, "url")
    if found is None and asked.text("code") and system:
        return _plain(asked, system, asked.text("version"))
    return found


def _structured(asked: Asked) -> Subject | None:
    if concept := asked.structure(CONCEPT):
        codings = enumerate(objects(concept, "coding"))
        found = tuple(_coded(item, f"CodeableConcept.coding[{place}]") for place, item in codings)
        return Subject(CONCEPT, found, concept)
    if coding := asked.structure(CODING):
        return Subject(CODING, (_coded(coding, "Coding"),))
    return None


def _coded(item: Json, path: str) -> Coded:
    system, version, code, display = map(partial(text, item), NAMES)
    return Coded(system, version, code, display, path)


def _plain(asked: Asked, system: str, version: str) -> Subject:
    return Subject(CODE, (Coded(system, version, asked.text("code"), asked.text("display"), ""),))
