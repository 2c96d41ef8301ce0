"""The ready views give what they promise, on the shapes that Hygie and others write."""

import json
from typing import Any

import pytest
from tests.insight.views.samples import SAMPLES
from tests.insight.views.suite import SHARED

from hygie.fhir.codec import decode
from hygie.fhir.definitions import r4
from hygie.insight.views import read_view, schema
from hygie.insight.views.library import definition, names, ready
from hygie.insight.views.rows import compile_view
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.refusal import Refused

SYNTHEA = SHARED / "suites" / "synthea-sample"
OF_SYNTHEA = {
    "patients": "patient_id sexe annee_naissance decede commune",
    "sejours": "sejour_id statut classe debut fin",
    "resultats": "resultat_id statut date_mesure code_loinc libelle",
    "constantes": "constante_id date_mesure code_loinc libelle valeur unite_ucum",
    "diagnostics": "diagnostic_id code_snomed libelle statut_clinique debut",
    "prescriptions": "prescription_id statut date_prescription libelle ligne",
    "actes": "acte_id statut code_snomed libelle debut",
}
"""Columns that a generator of other people fills in every row."""


def rows(name: str, *resources: dict[str, Any]) -> list[dict[str, Any]]:
    """What a ready view gives, without its nulls."""
    view = ready(name)
    run = compile_view(view, r4())
    columns = [column.name for column in view.columns()]
    found = [
        dict(zip(columns, row, strict=True)) for resource in resources for row in run(resource)
    ]
    return [{k: v for k, v in row.items() if v is not None} for row in found]


@pytest.mark.parametrize("name", names())
def test_a_ready_view_is_whole(name: str) -> None:
    """Guards: a view that fails where it is used, or a column that nobody can understand."""
    view = ready(name)
    assert (view.name, view.url) == (name, f"urn:hygie:view:{name}")
    assert definition(name)["status"] == "active"
    assert view.title
    assert view.description
    for column, typed in zip(view.columns(), schema(view, r4()), strict=True):
        assert column.type == typed.type
        assert column.description
        assert column.name.isascii()
        assert column.name.islower()


@pytest.mark.parametrize("name", names())
def test_a_ready_view_gives_what_is_expected(name: str) -> None:
    """Guards: a path that finds nothing in what is really filed."""
    resources, expected = SAMPLES[name]
    assert rows(name, *resources) == expected


def test_no_column_is_never_filled() -> None:
    """Guards: a column that looks right and is always null."""
    for name in names():
        _, expected = SAMPLES[name]
        filled = {column for row in expected for column in row}
        assert filled == {column.name for column in ready(name).columns()}, name


def test_who_someone_is_is_asked_for_on_purpose() -> None:
    """Guards: a matricule, a name or a birth date in a table that only counts (minimisation)."""
    patient = SAMPLES["identites"][0][0]
    secrets = {"278061234567890", "MARTIN", "1978-06-12"}
    for name in set(names()) - {"identites"}:
        assert not any(secret in str(rows(name, patient)) for secret in secrets)


@pytest.mark.skipif(not SYNTHEA.is_dir(), reason="no synthea-sample beside the repository")
def test_ready_views_serve_what_others_write() -> None:
    """Guards: views that only know what Hygie files."""
    bundles = [decode(path.read_bytes(), limit=MAX_BUNDLE_BYTES) for path in SYNTHEA.glob("*.json")]
    resources = [entry["resource"] for bundle in bundles for entry in bundle["entry"]]
    for name, columns in OF_SYNTHEA.items():
        found = rows(name, *resources)
        assert found, name
        assert all(set(columns.split()) <= row.keys() for row in found), name


def test_an_unknown_view_is_named() -> None:
    """Guards: a misspelt name answered by nothing, or a file read from elsewhere."""
    for wrong in ("patient", "../rows", ""):
        with pytest.raises(Refused) as caught:
            ready(wrong)
        assert "patients" in caught.value.refusal.issues[0].text("fr")


def test_ready_views_can_be_sent() -> None:
    """Guards: a definition that only Hygie reads."""
    for name in names():
        assert read_view(json.loads(json.dumps(definition(name)))) == ready(name)
