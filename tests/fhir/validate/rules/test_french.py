"""Hygie's rules for France: each breaks for its own fault, and for nothing else."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.french import keys
from hygie.fhir.french.names import BIRTH_PLACE, FR_CORE, INSEE_CODE, RELIABILITY
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.report import Report
from hygie.fhir.validate.rules import french, french_pack
from hygie.refusal import Issue

Json = dict[str, Any]
TODAY = date(2026, 11, 22)
STEM = "1741245234017"
MATRICULE = STEM + keys.ins_key(STEM)
TYPES = f"{FR_CORE}/CodeSystem/fr-core-cs-v2-0203"
LIST = f"{FR_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name"


def patient() -> Json:
    """Qualified, complete, coherent."""
    place = {"url": INSEE_CODE, "valueCoding": {"code": "45234"}}
    status = {"url": "identityStatus", "valueCoding": {"code": "VALI"}}
    return {
        "resourceType": "Patient",
        "extension": [
            {"url": BIRTH_PLACE, "valueAddress": {"extension": [place]}},
            {"url": RELIABILITY, "extension": [status]},
        ],
        "identifier": [
            {
                "use": "official",
                "type": {"coding": [{"system": TYPES, "code": "INS-NIR"}]},
                "system": "urn:oid:1.2.250.1.213.1.4.8",
                "value": MATRICULE,
            },
            {"system": "urn:oid:1.2.3", "value": "80000001"},
        ],
        "name": [
            {
                "use": "official",
                "family": "Durand",
                "given": ["Pierre"],
                "extension": [{"url": LIST, "valueString": "Pierre Yves"}],
            }
        ],
        "gender": "male",
        "birthDate": "1974-12-25",
    }


def issues(resource: Json, today: date | None = TODAY) -> list[Issue]:
    report = Report(Context())
    report.today = today
    french().check(resource, (None, resource["resourceType"], -1), report)
    return report.issues


def broken(resource: Json) -> list[tuple[str, str]]:
    return [(issue.rule, issue.location) for issue in issues(resource)]


def test_a_good_identity_breaks_nothing() -> None:
    """Danger: a right resource is refused, and the rules are switched off for good."""
    assert broken(patient()) == []


def ins(resource: Json) -> Json:
    found: Json = resource["identifier"][0]
    return found


def statuses(*codes: str) -> Json:
    parts = [{"url": "identityStatus", "valueCoding": {"code": code}} for code in codes]
    return {"url": RELIABILITY, "extension": parts}


def commune(code: str) -> Json:
    place = {"url": INSEE_CODE, "valueCoding": {"code": code}}
    return {"url": BIRTH_PLACE, "valueAddress": {"extension": [place]}}


def other_stem(stem: str) -> str:
    return stem + keys.ins_key(stem)


INS = "Patient.identifier[0]"
VALUE = f"{INS}.value"
FAULTS: dict[str, tuple[Callable[[Json], object], list[tuple[str, str]]]] = {
    "form": (lambda p: ins(p).update(value=MATRICULE[:13]), [("fr.ins-form", VALUE)]),
    "spaces": (lambda p: ins(p).update(value=MATRICULE + " "), [("fr.ins-form", VALUE)]),
    "key": (lambda p: ins(p).update(value=STEM + "98"), [("fr.ins-key", VALUE)]),
    "waiting number as a NIR": (
        lambda p: ins(p).update(value=other_stem("7" + STEM[1:])), [("fr.ins-kind", VALUE)],
    ),
    "OID of another kind": (
        lambda p: ins(p).update(system="urn:oid:1.2.250.1.213.1.4.10"),
        [("fr.ins-oid", f"{INS}.system")],
    ),
    "sex": (lambda p: p.update(gender="female"), [("fr.ins-sex", VALUE)]),
    "year": (lambda p: p.update(birthDate="1975-12-25"), [("fr.ins-birth-year", VALUE)]),
    "month": (lambda p: p.update(birthDate="1974-11-25"), [("fr.ins-birth-month", VALUE)]),
    "provisional": (
        lambda p: p["extension"].__setitem__(1, statuses("PROV")), [("fr.ins-unqualified", INS)],
    ),
    "doubtful": (
        lambda p: p["extension"].append(statuses("DOUT")), [("fr.ins-unqualified", INS)],
    ),
    "no status": (lambda p: p["extension"].pop(1), [("fr.ins-status", "Patient")]),
    "doubtful and fictitious": (
        lambda p: (p["identifier"].pop(0), p["extension"].append(statuses("DOUT", "FICT"))),
        [("fr.identity-attributes", "Patient")],
    ),
    "no birth name": (
        lambda p: p["name"][0].pop("family"), [("fr.ins-traits-family", "Patient")],
    ),
    "no given name": (lambda p: p["name"][0].pop("given"), [("fr.ins-traits-given", "Patient")]),
    "no list of given names": (
        lambda p: p["name"][0].pop("extension"), [("fr.ins-traits-given-list", "Patient")],
    ),
    "year of birth only": (
        lambda p: p.update(birthDate="1974"), [("fr.ins-traits-birth-date", "Patient")],
    ),
    "no sex": (lambda p: p.pop("gender"), [("fr.ins-traits-sex", "Patient")]),
    "no birth place": (
        lambda p: p["extension"].pop(0), [("fr.ins-traits-birth-place", "Patient")],
    ),
    "unknown birth place": (
        lambda p: p["extension"].__setitem__(0, commune("99999")),
        [("fr.ins-traits-birth-place", "Patient")],
    ),
    "birth place that lost its zero": (
        lambda p: p["extension"].__setitem__(0, commune("1006")),
        [("fr.birth-place", "Patient.extension[0].value.ofType(Address)")],
    ),
    "born tomorrow week": (
        lambda p: (p["identifier"].pop(0), p.update(birthDate="2026-11-29")),
        [("fr.birth-future", "Patient.birthDate")],
    ),
    "dies tomorrow week": (
        lambda p: p.update(deceasedDateTime="2026-11-29T10:00:00+01:00"),
        [("fr.death-future", "Patient.deceased.ofType(dateTime)")],
    ),
    "dead before birth": (
        lambda p: p.update(deceasedDateTime="1973-05-01"),
        [("fr.death-before-birth", "Patient.deceased.ofType(dateTime)")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_breaks_its_rule_at_its_place(name: str) -> None:
    """Danger: a wrong identity goes through, or the technician is sent to the wrong place."""
    make, expected = FAULTS[name]
    resource = patient()
    make(resource)
    assert broken(resource) == expected


@pytest.mark.parametrize(
    ("kind", "system", "value", "rule"),
    [
        ("Practitioner", "https://rpps.esante.gouv.fr", "10101201234", "fr.rpps-key"),
        ("PractitionerRole", "https://rpps.esante.gouv.fr", "1011848351", "fr.rpps-key"),
        ("Practitioner", "urn:oid:1.2.250.1.71.4.2.1", "810101201234", "fr.professional-id"),
        ("Practitioner", "urn:oid:1.2.250.1.71.4.2.1", "075100", "fr.professional-id"),
        ("Organization", "https://finess.esante.gouv.fr", "350005178", "fr.finess-key"),
        ("Location", "https://finess.esante.gouv.fr", "10000040", "fr.finess-key"),
        ("Organization", "https://sirene.fr", "264403107", "fr.sirene-key"),
        ("Organization", "urn:oid:1.2.250.1.71.4.2.2", "1350005178", "fr.structure-id"),
    ],
)
def test_a_wrong_number_breaks_the_rule_of_its_system(
    kind: str, system: str, value: str, rule: str
) -> None:
    """Danger: activity is attached to another professional or establishment."""
    resource = {"resourceType": kind, "identifier": [{"system": system, "value": value}]}
    assert broken(resource) == [(rule, f"{kind}.identifier[0].value")]
    resource["identifier"] = [{"system": "urn:other", "value": value}]
    assert broken(resource) == []


def test_a_siret_is_no_siren() -> None:
    """Danger: the number of an establishment passes for that of its legal entity."""
    for code, value in (("SIREN", "26440310600017"), ("SIRET", "264403106")):
        item = {
            "type": {"coding": [{"code": code}]},
            "system": "https://sirene.fr",
            "value": value,
        }
        resource = {"resourceType": "Organization", "identifier": [item]}
        assert broken(resource) == [("fr.sirene-key", "Organization.identifier[0].value")]


def test_without_a_clock_no_date_is_in_the_future() -> None:
    """Danger: a clock read inside makes the same file good today and bad yesterday."""
    resource = patient()
    del resource["identifier"]
    resource["birthDate"] = "2999-01-01"
    assert issues(resource, None) == []
    assert [issue.rule for issue in issues(resource)] == ["fr.birth-future"]


def test_born_today_across_the_sea_is_not_the_future() -> None:
    """Danger: births at La Réunion are refused every evening."""
    resource = patient()
    del resource["identifier"]
    resource["birthDate"] = "2026-11-23"
    assert issues(resource) == []


def test_an_old_matricule_asks_for_no_traits() -> None:
    """Danger: a history of matricules is refused for what is no longer known."""
    resource: Json = {"resourceType": "Patient", "identifier": [{**ins(patient()), "use": "old"}]}
    assert broken(resource) == []


def test_every_rule_has_a_fault_here() -> None:
    """Danger: a rule that never breaks is taken for a guarantee."""
    seen = {rule for _, expected in FAULTS.values() for rule, _ in expected}
    numbers = {"rpps", "professional", "finess", "sirene", "structure"}
    rest = {rule.id for rule in french_pack().rule} - seen
    assert {name.removeprefix("fr.").split("-")[0] for name in rest} == numbers


def test_every_rule_says_what_to_do_in_both_languages() -> None:
    """Danger: a supplier is told that something is wrong, and not what, why or who says so."""
    for rule in french_pack().rule:
        assert len(rule.fr) > 60
        assert len(rule.en) > 60
        assert ("{value}" in rule.fr) == ("{value}" in rule.en) == bool(rule.shows)
        assert rule.reason
        assert rule.source


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(MATRICULE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(st.data())
def test_no_shape_of_data_makes_a_rule_fail(data: st.DataObject) -> None:
    """Danger: hostile data stops the validation of a whole feed."""
    resource = deepcopy(patient())
    target: Any = resource
    for _ in range(data.draw(st.integers(0, 4))):
        keys_of = list(target) if isinstance(target, dict) else range(len(target))
        name = data.draw(st.sampled_from(list(keys_of)))
        if not isinstance(target[name], dict | list) or not target[name]:
            break
        target = target[name]
    name = data.draw(st.sampled_from(list(target) if isinstance(target, dict) else [0]))
    if name != "resourceType":
        target[name] = data.draw(VALUES)
    issues(resource)
