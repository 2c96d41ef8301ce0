"""Profiles that a resource follows without naming them.

Vital signs: R4 mandates their profiles for whoever records one (observation-vitalsigns.html). The
page gives one LOINC code for each; others, of LOINC and SNOMED CT, name the same measurement more
precisely. Guides: those that an ImplementationGuide declares for all resources of a type
(ImplementationGuide.global).
"""

from functools import cached_property, lru_cache
from typing import Any, Final

from hygie.fhir.packages import Library, canonical_parts
from hygie.fhir.validate.profiles.criteria import codings
from hygie.fhir.validate.profiles.model import CORE

LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
VITAL_SIGNS: Final[dict[str, dict[str, str]]] = {
    LOINC: {
        "vitalspanel": "85353-1",
        "resprate": "9279-1 11291-2 19840-8 33438-3 76170-0 76171-8 76172-6 76270-8",
        "heartrate": "8867-4 11328-2 40443-4 55425-3 60978-4 68999-2 69000-8 73795-7 73799-9"
        " 76476-1 76477-9 8886-4 8889-8 8890-6 8891-4 8892-2 8893-0",
        "oxygensat": "2708-6 19224-5 20564-1 2709-4 2710-2 2713-6 51733-4 59408-5 59417-6 89276-0"
        " 97549-0",
        "bodytemp": "8310-5 60834-9 60835-6 60836-4 60838-0 60955-2 61009-7 75539-7 75987-8 76010-8"
        " 76011-6 76278-1 8309-7 8328-7 8329-5 8330-3 8331-1 8332-9 8333-7 8334-5 91371-5 98657-0"
        " 98663-8",
        "bodyheight": "8302-2 3137-7 3138-5 8306-3 8308-9",
        "headcircum": "9843-4 8287-5",
        "bodyweight": "29463-7 3141-9 3142-7 75292-3 79348-9 8350-1 8351-9",
        "bmi": "39156-5 89270-3",
        "bp": "85354-9 35094-2 55284-4 76534-7 8459-0 8480-6",
    },
    SNOMED: {
        "vitalspanel": "46680005",
        "resprate": "86290005 271625008 271306003",
        "heartrate": "249043002 251670001 399017001 429525003 429614003 444981005",
        "oxygensat": "431314004 442476006",
        "bodytemp": "386725007 1222808002 276885007 300076005 307047009 364246006 415882003"
        " 415929009 415945006 415974002 431598003 698831002 698832009 708499008",
        "bodyheight": "50373000 1153637007 1162392001 1162417005 1162418000 1162419008 1230278008",
        "headcircum": "363811000 1269262007 169876006 363812007",
        "bodyweight": "1162415002 1162416001 424927000 425024002 735395000 784399000",
        "bmi": "60621009",
        "bp": "163033001 163035008 251076008 271649006 271650006 386534000 386536003 399304008"
        " 407554009 407556006 716579001",
    },
}
PROFILE_OF: Final = {
    (system, code): CORE + name
    for system, profiles in VITAL_SIGNS.items()
    for name, codes in profiles.items()
    for code in codes.split()
}
NONE: Final[tuple[str, ...]] = ()


class Implied:
    """Which profiles a resource follows without saying so."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.descends = lru_cache(maxsize=1024)(self._descends)
        """Whether a profile is another, or was made from it, through any number of profiles."""

    def of(self, resource: dict[str, Any]) -> tuple[str, ...]:
        """Canonicals; of vital signs one at most, that of a code of LOINC before any other."""
        name = resource.get("resourceType")
        declared = self._of_guides.get(name, NONE) if type(name) is str else NONE
        if name != "Observation":
            return declared
        found = [c for c in codings(resource.get("code")) if c in PROFILE_OF]
        if not found:
            return declared
        first = min(found, key=lambda coding: coding[0] != LOINC)
        return (*declared, PROFILE_OF[first])

    @cached_property
    def _of_guides(self) -> dict[str, tuple[str, ...]]:
        """Resource type -> what the guides that are known ask of all resources of that type."""
        found: dict[str, tuple[str, ...]] = {}
        for guide in self._library.all("ImplementationGuide"):
            declared = guide.resource.get("global")
            for one in declared if type(declared) is list else ():
                match one:
                    case {"type": str() as name, "profile": str() as profile}:
                        found[name] = (*found.get(name, NONE), profile)
        return found

    def _descends(self, canonical: str, ancestor: str) -> bool:
        seen: set[str] = set()
        while canonical and canonical not in seen:
            if canonical_parts(canonical)[0] == canonical_parts(ancestor)[0]:
                return True
            seen.add(canonical)
            definition = self._library.find("StructureDefinition", canonical)
            base = definition.resource.get("baseDefinition") if definition else ""
            canonical = base if type(base) is str else ""
        return False
