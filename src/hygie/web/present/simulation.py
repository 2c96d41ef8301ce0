"""What is asked of the simulator, and its answer in words. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from hygie.access.circle import Relation
from hygie.access.decision import Decision
from hygie.access.rights import Rights
from hygie.access.simulating import GLASSES, SITUATIONS, Glass, Situation
from hygie.access.simulator import Extent
from hygie.purpose import PURPOSES, Purpose
from hygie.sight import LETTERS, Letter
from hygie.web.present.dates import Moment, say_day
from hygie.web.present.numbers import read_number
from hygie.web.present.resources import say_type
from hygie.web.present.rights import VERBS, say_right

QUESTIONS: Final = {
    "dossier": "Que peut cette personne sur ce dossier\N{NO-BREAK SPACE}?",
    "lecteurs": "Qui peut lire ceci, et pourquoi\N{NO-BREAK SPACE}?",
}
SITUATION_WORDS: Final[Mapping[Situation, str]] = {
    "none": "un patient hors de son équipe de soins",
    "team": "un patient de son unité",
    "self": "la personne elle-même (compte de patient)",
}
GLASS_WORDS: Final[Mapping[Glass, str]] = {
    "real": "ceux qui sont ouverts",
    "none": "sans bris de glace",
    "supposed": "comme si la glace était brisée",
}
BAD_ADDRESS: Final = (
    "Cette question n’est pas comprise : {what}. Posez-la de nouveau par le formulaire."
)
ID: Final = r"[A-Za-z0-9.\-]{1,64}"
ACCOUNT: Final = re.compile(r"[^\s/?#]{1,64}")
RECORD: Final = re.compile(rf"(?:^|/)patients/({ID})(?:/(.*))?$")
FHIR: Final = re.compile(rf"(?:^|/)([A-Z][A-Za-z]+)/({ID})(?:/_history(?:/.*)?)?$")
SECTIONS: Final = {"documents": "DocumentReference", "resultats": "Observation"}
"""Parts of a record's address that are followed by the id of a resource -> its type."""


class Asked(msgspec.Struct, frozen=True):
    """A question: ids that say nothing to who does not know them, and no health data."""

    question: str = "dossier"
    account: str = ""
    patient: str = ""
    situation: Situation | None = None
    type: str = "Observation"
    resource: str = ""
    """Id of the one that is meant; empty: any of the type."""
    letter: Letter = "r"
    at: str = ""
    """« 2026-11-22T10:00 » on the house's clock; empty: now."""
    glass: Glass = "real"
    purpose: Purpose | None = None
    """What for; None: what each role is for."""
    denied: bool = False
    """Whether those who may not are listed as well."""
    page: int = 1

    @property
    def complete(self) -> bool:
        whose = bool(self.patient or self.situation)
        return whose and (self.question == "lecteurs" or bool(self.account))

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        of_readers = self.question == "lecteurs"
        return (
            ("question", self.question), ("compte", "" if of_readers else self.account),
            ("patient", self.patient), ("situation", "" if self.patient else self.situation or ""),
            ("type", self.type if of_readers else ""),
            ("ressource", self.resource if of_readers else ""),
            ("action", self.letter if of_readers else ""), ("moment", self.at),
            ("glace", "" if self.glass == "real" else self.glass),
            ("finalite", self.purpose or ""),
        )  # fmt: skip

    @property
    def query(self) -> str:
        """For the address of the answer."""
        return urlencode({name: value for name, value in self.fields if value})

    def moment(self, zone: ZoneInfo) -> datetime | None:
        return datetime.fromisoformat(self.at).replace(tzinfo=zone) if self.at else None


def read_asked(fields: Mapping[str, str], rights: Rights) -> tuple[Asked, str]:
    """The question, and what of it was not understood: nothing is answered then, since it would be
    the answer to another one."""
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    checks: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
        ("question", "la question", lambda text: text in QUESTIONS),
        ("compte", "le compte", lambda text: bool(ACCOUNT.fullmatch(text))),
        ("patient", "le patient", lambda text: bool(re.fullmatch(ID, text))),
        ("situation", "la situation", lambda text: text in SITUATIONS),
        ("type", "le type de donnée", lambda text: text in rights.group_of),
        ("ressource", "la ressource", lambda text: bool(re.fullmatch(ID, text))),
        ("action", "l’action", lambda text: text in LETTERS),
        ("moment", "le moment", _is_moment),
        ("glace", "le bris de glace", lambda text: text in GLASSES),
        ("finalite", "la finalité", lambda text: text in PURPOSES),
    )
    for name, what, holds in checks:
        if name in given and not holds(given[name]):
            question = given.get("question", "")
            asked = Asked(question if question in QUESTIONS else "dossier")
            return asked, BAD_ADDRESS.format(what=what)
    asked = Asked(
        question=given.get("question", "dossier"), account=given.get("compte", ""),
        patient=given.get("patient", ""),
        situation=cast("Situation | None", given.get("situation")),
        type=given.get("type", "Observation"), resource=given.get("ressource", ""),
        letter=cast("Letter", given.get("action", "r")), at=given.get("moment", ""),
        glass=cast("Glass", given.get("glace", "real")),
        purpose=cast("Purpose | None", given.get("finalite")), denied="refus" in given,
        page=max(read_number(given.get("page", "")), 1),
    )  # fmt: skip
    return asked, ""


def _is_moment(text: str) -> bool:
    """As browsers write a date and a time of theirs."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", text):
        return False
    try:
        return 1900 <= datetime.fromisoformat(text).year <= 2200
    except ValueError:
        return False


class Meant(msgspec.Struct, frozen=True):
    """What a pasted address leads to: a record, or one resource."""

    patient: str = ""
    type: str = ""
    resource: str = ""


def read_address(text: str, rights: Rights) -> Meant | None:
    """Of one of our pages or of the FHIR API, with its host or without; None when it is neither."""
    path = re.sub(r"^[a-z]+://[^/]+", "", text.strip().partition("?")[0].partition("#")[0])
    path = path.rstrip("/")
    record = RECORD.search(path)
    if record:
        section, _, rest = (record[2] or "").partition("/")
        if section == "origine":
            return _resource(rest, rights) or Meant(record[1])
        name = rest.partition("/")[0]
        if section in SECTIONS and re.fullmatch(ID, name):
            return Meant(type=SECTIONS[section], resource=name)
        return Meant(record[1])
    return _resource(path, rights)


def _resource(path: str, rights: Rights) -> Meant | None:
    found = FHIR.search(path)
    if found is None or found[1] not in rights.group_of:
        return None
    return Meant(found[2]) if found[1] == "Patient" else Meant(type=found[1], resource=found[2])


class Why(msgspec.Struct, frozen=True):
    """One reason: the decision's sentence, the care, and what the rights file says."""

    verbs: str
    """The actions it is about; empty when it is about the one that was asked."""
    text: str
    care: str
    right: str
    """In words; empty: the file gives nothing."""
    place: str
    """Where that stands in the rights file."""
    rule: str


class Row(msgspec.Struct, frozen=True):
    """Types for which everything is decided alike."""

    label: str
    types: tuple[str, ...]
    cells: tuple[tuple[str, bool, bool], ...]
    """For each action: its name, whether it is permitted, whether for some resources alone."""
    whys: tuple[Why, ...]


class Telling(msgspec.Struct, frozen=True):
    """What turns decisions into words."""

    rights: Rights
    role: str
    zone: ZoneInfo
    names: Mapping[str, str] = {}
    """Of units and professionals, by "Type/id"."""

    def why(self, type_: str, decision: Decision, verbs: str = "") -> Why:
        group = self.rights.group_of[type_]
        right = decision.right
        said = (
            f"{self.rights.groups[group].label} — {say_right(right, self.rights.roles[self.role])}"
            if right
            else ""
        )
        return Why(
            verbs, decision.text("fr"), self._care(decision.relation), said,
            f"roles.{self.role}.rights.{group}" if right else "", decision.rule,
        )  # fmt: skip

    def _care(self, relation: Relation | None) -> str:
        """« Médecine polyvalente, accès du 30 mai 2026 au 12 juin 2026 »."""
        if relation is None or not relation.who:
            return ""
        who = self.names.get(relation.who, relation.who.rpartition("|")[2])
        start, end = (
            say_day(Moment(one.astimezone(self.zone))) if one else ""
            for one in (relation.start, relation.end)
        )
        since = f"du {start} au {end}" if start and end else f"depuis le {start}" if start else ""
        return f"{who}, accès {since}" if since else f"{who}, sans terme"


def read_rows(extents: Iterable[Extent], telling: Telling) -> list[Row]:
    """By group of the rights file, and within one by what is decided."""
    alike: dict[tuple[object, ...], list[Extent]] = {}
    for one in extents:
        group = telling.rights.group_of[one.type]
        key = tuple((d.rule, d.query, d.right) for d in one.decisions.values())
        alike.setdefault((group, *key), []).append(one)
    many = [group for group, *_ in alike]
    return [
        _row(str(group), some, telling, whole=many.count(group) == 1)
        for (group, *_), some in alike.items()
    ]


def _row(group: str, some: list[Extent], telling: Telling, *, whole: bool) -> Row:
    first = some[0]
    reasons: dict[Why, list[str]] = {}
    for letter, verb in VERBS.items():
        why = telling.why(first.type, first.decisions[letter])
        reasons.setdefault(why, []).append(verb)
    names = tuple(say_type(one.type) for one in some)
    return Row(
        telling.rights.groups[group].label if whole else ", ".join(names), names,
        tuple((VERBS[one], d.permit, bool(d.query)) for one, d in _in_order(first)),
        tuple(
            msgspec.structs.replace(why, verbs=", ".join(verbs)) for why, verbs in reasons.items()
        ),
    )  # fmt: skip


def _in_order(extent: Extent) -> Iterable[tuple[Letter, Decision]]:
    return ((letter, extent.decisions[letter]) for letter in VERBS)


class Reader(msgspec.Struct, frozen=True):
    """One account's answer."""

    account: str
    display: str
    role: str
    permit: bool
    query: str
    """When not empty: for what this search finds alone."""
    why: Why
