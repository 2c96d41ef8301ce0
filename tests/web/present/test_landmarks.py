"""Guards « Repères du dossier » against what misleads: silence, staleness, other people's data."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hygie.exchange.hooks.service import Facts
from hygie.identity.elements import reliability_extensions
from hygie.identity.status import Attribute, Reliability, Status
from hygie.limits.hooks import RECENT_HOURS
from hygie.web.present.landmarks import LANDMARKS

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
QUALIFIED = {"extension": reliability_extensions(Reliability(Status.QUAL))}
NONE = {"code": {"coding": [{"code": "716186003"}]}}


def told(
    patient: dict[str, Any] | None = None,
    allergies: tuple[Any, ...] = (NONE,),
    results: tuple[Any, ...] = (),
    hidden: tuple[str, ...] = (),
) -> list[tuple[str, str]]:
    """Indicator and summary of each card."""
    found = {
        "patient": ({"resourceType": "Patient", "id": "p", **(patient or QUALIFIED)},),
        "allergies": allergies, "results": results,
    }  # fmt: skip
    facts = Facts(
        found=found, hidden=frozenset(hidden), now=NOW, zone=ZoneInfo("Europe/Paris"), record=""
    )
    return [(card.indicator, card.summary) for card in LANDMARKS.make(facts)]


def result(hours: float, flag: str, code: str = "K") -> dict[str, Any]:
    return {
        "code": {"coding": [{"code": code}], "text": code}, "valueQuantity": {"value": 7},
        "effectiveDateTime": (NOW - timedelta(hours=hours)).isoformat(),
        "interpretation": [{"coding": [{"code": flag}]}],
    }  # fmt: skip


def test_nothing_to_point_out_is_no_card() -> None:
    """Cards about nothing are cards that nobody reads."""
    assert told(results=(result(5, "N"), result(5, "H", "Na"))) == []


def test_a_critical_result_that_was_corrected_is_past() -> None:
    """An alarm about yesterday's potassium, normal this morning."""
    assert told(results=(result(20, "HH"), result(2, "N"))) == []
    assert told(results=(result(2, "HH"), result(20, "N")))[0][0] == "critical"


def test_old_and_future_results_are_left_out() -> None:
    """An alarm months late, or by a clock that is wrong."""
    assert told(results=(result(RECENT_HOURS + 1, "LL"),)) == []
    assert told(results=(result(-3, "LL"),)) == []
    assert told(results=(result(RECENT_HOURS - 1, "LL"), result(1, "AA", "X")))[0][1].startswith(
        "2 résultats critiques"
    )


def test_allergies_that_nobody_asked_about_are_not_none() -> None:
    """« Non renseigné » read as « aucune »."""
    assert told(allergies=()) == [("info", "Allergies non renseignées dans Hygie.")]


def test_the_risk_of_an_allergy_is_told() -> None:
    """A high risk shown like a mild one."""
    low, high = ({"code": {"text": name}, "criticality": name} for name in ("low", "high"))
    assert told(allergies=(low,)) == [("info", "Allergies : low")]
    assert told(allergies=(low, high)) == [("warning", "Allergies : high (risque élevé), low")]


def test_the_identity_is_told_by_its_status() -> None:
    """An INS used that may not be; an alarm for an identity that is as it should be."""
    given = {
        Status.QUAL: [], Status.VALI: ["info"], Status.RECUP: ["info"], Status.PROV: ["warning"]
    }  # fmt: skip
    for status, expected in given.items():
        patient = {"extension": reliability_extensions(Reliability(status))}
        assert [indicator for indicator, _ in told(patient)] == expected
    doubtful = Reliability(Status.PROV, frozenset({Attribute.DOUBTFUL}))
    ((indicator, summary),) = told({"extension": reliability_extensions(doubtful)})
    assert indicator == "warning"
    assert "identité douteuse" in summary


def test_a_record_merged_away_is_told() -> None:
    """A record that is written to after it was merged."""
    link = [{"type": "replaced-by", "other": {"reference": "Patient/q"}}]
    assert told({**QUALIFIED, "link": link})[0][0] == "warning"


def test_what_is_hidden_is_said() -> None:
    """Silence about what the asker may not see, taken for its absence."""
    found = told(allergies=(), hidden=("allergies", "results"))
    kinds = "des allergies ni des résultats critiques"
    assert found == [("info", f"Hygie ne dit rien {kinds} : l’accès accordé ne le permet pas.")]
