"""Names of people: birth name, used name, given names (RNIV; FR Core `fr-core-patient`)."""

import msgspec

from hygie.fhir.search import normalize
from hygie.web.present.dates import NBSP
from hygie.web.present.read import Json, extension, objects, text, texts

BIRTH_GIVEN_NAMES = "fr-core-patient-birth-list-given-name"
UNNAMED = "Identité non renseignée"


class PersonName(msgspec.Struct, frozen=True):
    """Family names in capitals, as French identity documents print them."""

    birth: str = ""
    used: str = ""
    """Empty when it is the birth name, accents aside: INSi gives birth names without them."""
    spelled: str = ""
    """The name the person goes by, as they spell it."""
    given: str = ""
    """First given name, or the used one when only that is known."""
    all_given: str = ""
    """List of birth given names, when there is more than the first."""
    used_given: str = ""
    """As the person spells it; empty when not said."""

    @property
    def full(self) -> str:
        return f"{self.spelled}{NBSP}{self.used_given or self.given}".strip(NBSP) or UNNAMED


def read_name(patient: Json) -> PersonName:
    """Birth names under use `official`, used ones under `usual`; otherwise the first name given."""
    names = list(objects(patient.get("name")))
    official = _by_use(names, "official") or _by_use(names, "maiden") or next(iter(names), {})
    usual = _by_use(names, "usual") or _by_use(names, "nickname")
    birth, given = _family(official), next(iter(texts(official.get("given"))), "")
    listed = _listed_given(official)
    used, used_given = _family(usual), next(iter(texts(usual.get("given"))), "")
    return PersonName(
        birth=birth,
        used=used if normalize(used) != normalize(birth) else "",
        spelled=used or birth,
        given=given or used_given or text(official, "text"),
        all_given=listed if normalize(listed) != normalize(given) else "",
        used_given=used_given if given else "",
    )


def _by_use(names: list[Json], use: str) -> Json:
    return next((name for name in names if name.get("use") == use), {})


def _family(name: Json) -> str:
    return text(name, "family").upper()


def _listed_given(name: Json) -> str:
    listed = extension(name, BIRTH_GIVEN_NAMES)
    return text(listed, "valueString") or " ".join(texts(name.get("given")))
