"""Guards against taking one person for another: names, identity status, INS, allergies."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hygie.identity.systems import IDENTITY_STATUS
from hygie.web.present.allergies import read_allergies
from hygie.web.present.identity import group_matricule, read_status
from hygie.web.present.names import read_name
from hygie.web.present.patient import read_patient

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 22)
Resource = dict[str, Any]
INS = "urn:oid:1.2.250.1.213.1.4.8"


def official(family: str, *given: str, **more: Any) -> Resource:
    return {"use": "official", "family": family, "given": list(given), **more}


def view(**elements: Any) -> Any:
    return read_patient({"resourceType": "Patient", "id": "p", **elements}, TODAY, PARIS)


def test_birth_name_and_used_name_are_told_apart() -> None:
    """The birth name identifies; showing only the used name confuses two records."""
    name = read_name(
        {"name": [{"use": "usual", "family": "Dupont", "given": ["Jeanne"]},
                  official("Martin", "Jeanne", "Marie")]}
    )  # fmt: skip
    assert (name.birth, name.used, name.given) == ("MARTIN", "DUPONT", "Jeanne")
    assert name.all_given == "Jeanne Marie"
    assert name.full == "DUPONT\u00a0Jeanne"


def test_the_same_used_name_is_not_repeated() -> None:
    """« MARTIN née MARTIN » would make readers look for a difference."""
    name = read_name({"name": [official("Martin", "Paul"), {"use": "usual", "family": "MARTIN"}]})
    assert name.used == ""
    assert name.full == "MARTIN\u00a0Paul"


def test_accents_alone_do_not_make_another_name() -> None:
    """INSi gives LEFEVRE to Lefèvre: « née LEFEVRE » would suggest two names."""
    usual = {"use": "usual", "family": "Lefèvre", "given": ["Zoé"]}
    name = read_name({"name": [official("LEFEVRE", "ZOE"), usual]})
    assert (name.birth, name.used) == ("LEFEVRE", "")
    assert name.full == "LEFÈVRE\u00a0Zoé"


@pytest.mark.parametrize("patient", [{}, {"name": []}, {"name": [{"use": "official"}]}])
def test_a_record_without_a_name_says_so(patient: Resource) -> None:
    """An empty banner would look like a loading page."""
    assert read_name(patient).full == "Identité non renseignée"


@pytest.mark.parametrize("code", ["PROV", "VALI", "RECUP", "QUAL"])
def test_the_four_statuses_of_rniv(code: str) -> None:
    """A provisional identity shown as qualified lets an unchecked INS out."""
    patient = {"extension": [{"url": IDENTITY_STATUS, "valueCode": code}]}
    assert read_status(patient).code == code


def test_silence_about_the_status_is_not_a_status() -> None:
    """Absence of a status must not read as a verified identity."""
    assert read_status({}).code == "INCONNU"


def test_only_an_ins_in_force_is_shown_as_one() -> None:
    """A replaced or unqualified matricule must not be copied from the banner."""
    old = {"use": "old", "system": INS, "value": "1" * 15}
    unqualified = {"use": "temp", "system": "urn:hygie:ins-non-qualifie:1.2", "value": "2" * 15}
    assert view(identifier=[old, unqualified]).identifiers.ins == ""
    current = view(identifier=[old, {"use": "official", "system": INS, "value": "3" * 15}])
    assert current.identifiers.ins.replace("\u00a0", "") == "3" * 15
    assert current.identifiers.ins_nature == "NIR"


def test_matricules_are_grouped_only_when_whole() -> None:
    """A truncated matricule must not be dressed as a real one."""
    assert group_matricule("251023306300183").replace("\u00a0", " ") == "2 51 02 33 063 001 83"
    assert group_matricule("25102") == "25102"


def test_the_dead_do_not_age() -> None:
    """An age that still grows hides that the patient has died."""
    dead = view(birthDate="1951-02-03", deceasedDateTime="2020-01-10T04:00:00+01:00")
    assert dead.age.replace("\u00a0", " ") == "68 ans"
    assert dead.deceased.replace("\u00a0", " ") == "Décès le 10 janv. 2020"
    assert view(deceasedBoolean=True).deceased == "Décès signalé"
    assert view(deceasedBoolean=False).deceased == ""


def test_a_merged_record_leads_to_the_other() -> None:
    """Writing in a record that was merged away loses what is written."""
    link = [{"type": "replaced-by", "other": {"reference": "Patient/survivor"}}]
    assert view(link=link).replaced_by == "survivor"
    assert view(link=[{"type": "seealso", "other": {"reference": "Patient/x"}}]).replaced_by == ""


@pytest.mark.parametrize(
    ("gender", "sex", "born"),
    [("male", "Homme", "Né le"), ("female", "Femme", "Née le"),
     ("unknown", "Sexe inconnu", "Né(e) le"),
     ("", "Sexe inconnu", "Né(e) le")],
)  # fmt: skip
def test_sex_in_words(gender: str, sex: str, born: str) -> None:
    """A code letter is misread."""
    found = view(gender=gender)
    assert (found.sex, found.born) == (sex, born)


def allergy(text: str, **more: Any) -> Resource:
    return {"resourceType": "AllergyIntolerance", "code": {"text": text}, **more}


def coded(code: str) -> Resource:
    return {"coding": [{"code": code}]}


def test_unknown_is_not_none() -> None:
    """« Aucune allergie » when nobody asked has killed."""
    assert read_allergies([]).state == "unknown"
    none = {"resourceType": "AllergyIntolerance", "code": coded("716186003")}
    assert read_allergies([none]).state == "none"


def test_withdrawn_allergies_do_not_count() -> None:
    """A refuted allergy denies a treatment for nothing; alone, it leaves the question open."""
    refuted = allergy("Iode", verificationStatus=coded("refuted"))
    resolved = allergy("Latex", clinicalStatus=coded("resolved"))
    assert read_allergies([refuted, resolved]).state == "unknown"


def test_the_riskiest_allergy_comes_first() -> None:
    """On a narrow screen only the first ones are in sight."""
    found = read_allergies([allergy("Pollen"), allergy("Pénicilline", criticality="high")])
    assert [item.substance for item in found.items] == ["Pénicilline", "Pollen"]
    assert found.items[0].criticality == "risque élevé"
