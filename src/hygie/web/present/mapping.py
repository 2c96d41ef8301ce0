"""Local codes, what was decided of them, and the runs that rewrite history, in French."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.grammars import FORMS, RULES
from hygie.nomenclature.listing import Listed
from hygie.nomenclature.mapping.decisions import Decision, Equivalence
from hygie.nomenclature.mapping.runs import Run
from hygie.nomenclature.mapping.usage import CodeInUse
from hygie.web.present.dates import Moment

MAX_TARGETS: Final = 60
MANY: Final = 20
"""Codes that a nomenclature has for local codes to be mapped to it."""
PUBLISHED: Final = (
    "http://hl7.org/", "http://terminology.hl7.org/", "https://hl7.fr/", "http://www.whocc.no/",
    "https://mos.esante.gouv.fr/", "https://smt.esante.gouv.fr/", "urn:oid:2.16.840.1.113883.",
    "urn:oid:1.2.250.1.213.",
)  # fmt: skip
"""Beginnings of the systems of national and international bodies: others know them, whether or not
they are loaded here."""
EQUIVALENCES: Final[Mapping[Equivalence, str]] = {
    "equivalent": "veut dire la même chose",
    "wider": "est plus large",
    "narrower": "est plus étroit",
    "inexact": "est approché",
    "unmatched": "aucun code ne convient",
}
APPLIED: Final = frozenset({"equivalent", "wider"})
KINDS: Final = {
    "count": "Comptage des codes", "apply": "Ajout à l’historique",
    "undo": "Retrait de l’historique",
}  # fmt: skip
STATES: Final = {
    "waiting": "en attente", "running": "en cours", "done": "terminé", "failed": "interrompu",
    "cancelled": "arrêté",
}  # fmt: skip


class DecisionLine(msgspec.Struct, frozen=True):
    said: str
    """« veut dire la même chose »."""
    target: str
    """Its system."""
    code: str
    display: str
    comment: str
    applied: bool
    """Whether it is added to what comes in."""


class CodeLine(msgspec.Struct, frozen=True):
    system: str
    code: str
    display: str
    uses: int
    beside: tuple[str, ...]
    """Other systems that its senders give codes of."""
    decisions: tuple[DecisionLine, ...]

    @property
    def link(self) -> str:
        return "/correspondances/code?" + urlencode({"systeme": self.system, "code": self.code})


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    what: str
    state: str
    live: bool
    asked: Moment
    who: str
    done: int
    total: int
    outcome: str

    @property
    def share(self) -> int:
        """How far it is, in percent."""
        return 100 * self.done // self.total if self.total else 0


class Target(msgspec.Struct, frozen=True):
    url: str
    title: str
    count: int


def read_decision(one: Decision) -> DecisionLine:
    return DecisionLine(
        EQUIVALENCES[one.equivalence], one.target.system, one.target.code, one.target.display,
        one.comment, one.equivalence in APPLIED,
    )  # fmt: skip


def read_codes(codes: Iterable[CodeInUse], decisions: Sequence[Decision]) -> list[CodeLine]:
    by_code: dict[tuple[str, str], list[DecisionLine]] = {}
    for one in decisions:
        by_code.setdefault((one.system, one.code), []).append(read_decision(one))
    return [
        CodeLine(
            code.system, code.code, code.display, code.uses, code.together,
            tuple(by_code.get((code.system, code.code), ())),
        )
        for code in codes
    ]  # fmt: skip


def local(catalogue: Catalogue, codes: Iterable[CodeInUse]) -> list[CodeInUse]:
    """Those of systems whose codes nobody here can look up: the establishment's own, as a rule."""
    known: dict[str, bool] = {}
    return [code for code in codes if not _is_known(catalogue, code.system, known)]


def targets(listed: Iterable[Listed]) -> list[Target]:
    """The nomenclatures that codes can be mapped to: loaded ones first, then the largest."""
    found = [one for one in listed if one.kind == "CodeSystem" and one.count >= MANY]
    found.sort(key=lambda one: (not one.loaded, -one.count, one.title))
    return [Target(one.url, one.title, one.count) for one in found[:MAX_TARGETS]]


def read_run(run: Run, zone: ZoneInfo) -> RunLine:
    outcome = ""
    if run.kind != "count":
        outcome = f"{run.changed} ressource{'s' if run.changed > 1 else ''} modifiée"
        outcome += "s" if run.changed > 1 else ""
        outcome += f", {run.refused} refusée{'s' if run.refused > 1 else ''}" if run.refused else ""
    return RunLine(
        number=run.number,
        what=KINDS[run.kind] + (f" : {run.wanted.code}" if run.wanted.code else ""),
        state=STATES[run.state], live=run.state in ("waiting", "running"),
        asked=Moment(run.asked.astimezone(zone)), who=run.wanted.actor, done=run.done,
        total=run.total, outcome=outcome,
    )  # fmt: skip


def _is_known(catalogue: Catalogue, system: str, known: dict[str, bool]) -> bool:
    if system not in known:
        found = catalogue.system(system)
        ruled = system in FORMS or system in RULES or system.startswith(PUBLISHED)
        known[system] = ruled or (found is not None and found.count > 0)
    return known[system]
