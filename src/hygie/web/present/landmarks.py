"""« Repères du dossier »: what whoever opens a record elsewhere should not miss of ours. Pure.

It says what there is, and what it could not look at; it never says that there is nothing.
"""

from datetime import timedelta
from typing import Final
from uuid import uuid4

from hygie.exchange.hooks.card import Card, Indicator, Link, Source, plain, summed_up
from hygie.exchange.hooks.service import Facts, Service
from hygie.limits.hooks import MAX_PREFETCHED, RECENT_HOURS
from hygie.web.present.allergies import CRITICALITY, Allergies, Allergy, read_allergies
from hygie.web.present.dates import NBSP, say_moment
from hygie.web.present.patient import PatientView, read_patient
from hygie.web.present.results import Result, group_analytes, read_results

SOURCE: Final = Source("Hygie : repères du dossier")
OPEN: Final = "Ouvrir le dossier dans Hygie"
TOLD: Final = {"allergies": "des allergies", "results": "des résultats critiques"}
CAREFUL: Final = frozenset({"PROV", "INCONNU"})
"""Identity statuses under which the record may be somebody else's."""


def landmarks(facts: Facts) -> tuple[Card, ...]:
    """The most urgent first."""
    patient = next(iter(facts.found["patient"]))
    view = read_patient(patient, facts.now.astimezone(facts.zone).date(), facts.zone)
    cards = [*_results(facts), *_record(view, facts), *_allergies(facts), *_silence(facts)]
    order = ("critical", "warning", "info")
    return tuple(sorted(cards, key=lambda card: order.index(card.indicator)))


def _card(facts: Facts, indicator: Indicator, summary: str, detail: str = "") -> Card:
    links = (Link(OPEN, facts.record, "absolute"),) if facts.record else ()
    return Card(
        uuid=str(uuid4()), summary=summed_up(summary), indicator=indicator, source=SOURCE,
        detail=detail, links=links,
    )  # fmt: skip


def _record(view: PatientView, facts: Facts) -> list[Card]:
    """Whose record it is: merged away, not qualified, doubtful, of somebody who died."""
    cards = []
    if view.replaced_by:
        text = "Ce dossier a été fusionné avec un autre : c’est l’autre qui fait foi."
        cards.append(_card(facts, "warning", text))
    if view.status.code != "QUAL" or view.attributes:
        careful = view.status.code in CAREFUL or view.attributes
        said = ", ".join((view.status.words, *view.attributes))
        cards.append(
            _card(
                facts, "warning" if careful else "info",
                f"{said} : l’INS ne peut pas être utilisée.",
                f"{view.status.meaning} L’INS ne se transmet qu’avec une identité qualifiée.",
            )
        )  # fmt: skip
    if view.deceased:
        cards.append(_card(facts, "info", view.deceased))
    return cards


def _allergies(facts: Facts) -> list[Card]:
    if "allergies" in facts.hidden:
        return []
    found = read_allergies(facts.found["allergies"])
    if found.state == "unknown":
        return [_card(facts, "info", "Allergies non renseignées dans Hygie.")]
    if found.state == "none":
        return []
    names = ", ".join(_named(one) for one in found.items)
    detail = "\n".join(f"- {plain(_described(one))}" for one in found.items)
    return [_card(facts, _risk(found), f"Allergies : {names}", detail)]


def _risk(found: Allergies) -> Indicator:
    high = any(one.criticality == CRITICALITY["high"] for one in found.items)
    return "warning" if high else "info"


def _named(allergy: Allergy) -> str:
    high = allergy.criticality == CRITICALITY["high"]
    return f"{allergy.substance} ({allergy.criticality})" if high else allergy.substance


def _described(allergy: Allergy) -> str:
    doubt = "" if allergy.confirmed else "non confirmée"
    parts = (allergy.substance, allergy.reactions, allergy.criticality, doubt)
    return ", ".join(filter(None, parts))


def _results(facts: Facts) -> list[Card]:
    """Analytes whose latest result is critical, and recent."""
    if "results" in facts.hidden:
        return []
    since = facts.now - timedelta(hours=RECENT_HOURS)
    analytes = group_analytes(read_results(facts.found["results"], facts.zone))
    found = [
        analyte.latest
        for analyte in analytes
        if analyte.latest.flag.kind == "critical"
        and analyte.latest.at is not None
        and since <= analyte.latest.at.at <= facts.now
    ]
    if not found:
        return []
    many = len(found) > 1
    said = f"{len(found)} résultats critiques" if many else "1 résultat critique"
    values = ", ".join(_valued(one) for one in found)
    detail = "\n".join(f"- {plain(_dated(one))}" for one in found)
    return [_card(facts, "critical", f"{said} depuis {RECENT_HOURS} h : {values}", detail)]


def _valued(result: Result) -> str:
    return f"{result.label} {result.value}{NBSP}{result.unit}".rstrip()


def _dated(result: Result) -> str:
    when = say_moment(result.at) if result.at else ""
    return ", ".join(filter(None, (_valued(result), result.flag.words, when)))


def _silence(facts: Facts) -> list[Card]:
    """What could not be looked at is told: no card about allergies is not « aucune allergie »."""
    kinds = [words for name, words in TOLD.items() if name in facts.hidden]
    if not kinds:
        return []
    said = " ni ".join(kinds)
    return [_card(facts, "info", f"Hygie ne dit rien {said} : l’accès accordé ne le permet pas.")]


LANDMARKS: Final = Service(
    id="reperes-dossier",
    title="Repères du dossier",
    description="Ce qu’il ne faut pas manquer d’un dossier : résultats critiques des "
    f"{RECENT_HOURS} dernières heures, allergies, identité non qualifiée, dossier fusionné.",
    prefetch={
        "patient": "Patient/{{context.patientId}}",
        "allergies": "AllergyIntolerance?patient={{context.patientId}}",
        "results": "Observation?patient={{context.patientId}}&category=laboratory&_sort=-date"
        f"&_count={MAX_PREFETCHED}",
    },
    make=landmarks,
)
