"""Accesses that stand out, in French: what, why it was noticed, and where to look."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup

from hygie.insight.unusual.rules import Finding, Rule
from hygie.ledger.activity import Tally
from hygie.web.charts.bars import Column, bars
from hygie.web.charts.hours import HourColumn, hours
from hygie.web.present.dates import Moment

DAYS: Final = 14
NAMES: Final[dict[Rule, str]] = {
    "glass": "Bris de glace",
    "namesake": "Même nom que le patient",
    "colleague": "Dossier d’un collègue",
    "many": "Beaucoup de dossiers en une heure",
    "habit": "Au-delà de ses habitudes",
    "night": "La nuit, pour qui travaille de jour",
    "refused": "Refus répétés",
}
WHY: Final[dict[Rule, str]] = {
    "glass": "Le patient n’était pas dans son cercle de soin : {count} accès par bris de glace.",
    "namesake": "Le patient porte le nom de famille de qui le consulte ({count} accès) : un "
    "proche, soi-même, ou un homonyme.",
    "colleague": "Le patient porte le nom et le prénom d’un compte de l’établissement, {name} "
    "({count} accès).",
    "many": "{count} dossiers en une heure ; le seuil est de {usual}.",
    "habit": "{count} dossiers ce jour-là ; la médiane de ses quatre dernières semaines est de "
    "{usual}.",
    "night": "{count} dossiers entre 22 h et 6 h ; la nuit fait {usual} % de ses heures "
    "habituelles.",
    "refused": "{count} refus dans la même heure ; le seuil est de {usual}.",
}


class Notice(msgspec.Struct, frozen=True):
    at: Moment
    title: str
    why: str
    patient: str
    whose: str
    day: str
    """For the address of the traces of that day."""


class Person(msgspec.Struct, frozen=True):
    """Somebody whose accesses stand out."""

    account: str
    name: str
    notices: tuple[Notice, ...]
    days: Markup
    hours: Markup


def read_people(
    findings: Sequence[Finding],
    tallies: Sequence[Tally],
    actors: Mapping[str, str],
    patients: Mapping[int, tuple[str, str]],
    today: date,
    zone: ZoneInfo,
) -> list[Person]:
    """Those with most findings first; `findings` come the latest first."""
    by_actor: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_actor[finding.actor].append(finding)
    ordered = sorted(by_actor.items(), key=lambda one: (-len(one[1]), one[0]))
    return [
        Person(
            account=actor,
            name=actors.get(actor, actor),
            notices=tuple(_notice(one, actors, patients, zone) for one in found),
            days=_days([one for one in tallies if one.actor == actor], today, zone),
            hours=_hours([one for one in tallies if one.actor == actor], zone),
        )
        for actor, found in ordered
    ]


def _notice(
    finding: Finding,
    actors: Mapping[str, str],
    patients: Mapping[int, tuple[str, str]],
    zone: ZoneInfo,
) -> Notice:
    patient, whose = patients.get(finding.patient, ("", ""))
    usual = finding.usual * 100 if finding.rule == "night" else finding.usual
    at = finding.at.astimezone(zone)
    why = WHY[finding.rule].format(
        count=finding.count, usual=_say(usual),
        name=actors.get(finding.name, finding.name),
    )  # fmt: skip
    return Notice(Moment(at), NAMES[finding.rule], why, patient, whose, at.date().isoformat())


def _say(figure: float) -> str:
    return f"{figure:.1f}".removesuffix(".0").replace(".", ",")


def _days(tallies: Sequence[Tally], today: date, zone: ZoneInfo) -> Markup:
    """Patients of each of the last days, and refusals on top."""
    seen: dict[date, set[int]] = defaultdict(set)
    refused: dict[date, int] = defaultdict(int)
    for tally in tallies:
        day = tally.hour.astimezone(zone).date()
        refused[day] += tally.refused
        if tally.patient and tally.acts:
            seen[day].add(tally.patient)
    wanted = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    columns = [Column(f"{day:%d}", len(seen[day]), refused[day]) for day in wanted]
    return bars(
        columns, title="Dossiers consultés par jour", width=330,
        describe=f"{sum(len(seen[day]) for day in wanted)} en {DAYS} jours",
    )  # fmt: skip


def _hours(tallies: Sequence[Tally], zone: ZoneInfo) -> Markup:
    """Acts by hour of the day, over all the days there are."""
    good, bad = [0] * 24, [0] * 24
    for tally in tallies:
        hour = tally.hour.astimezone(zone).hour
        good[hour] += tally.acts
        bad[hour] += tally.refused
    said = f"{sum(good)} actes, et {sum(bad)} refus"
    columns = [HourColumn(hour, good[hour], bad[hour]) for hour in range(24)]
    return hours(columns, title="Actes par heure de la journée", describe=said)
