"""Reading what the rules look at: tallies of the ledger, names of patients and accounts."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from hygie.access import Account
from hygie.fhir.codec import decode
from hygie.fhir.search.normalize import normalize
from hygie.insight.unusual.rules import Finding, Known, Named, unusual
from hygie.ledger import Ledger
from hygie.ledger.activity import Tally
from hygie.store.reading.subjects import Subjects
from hygie.store.store import Store

HABIT: Final = timedelta(days=28)
"""How far back a habit is told from."""
LEAST_LETTERS: Final = 3
"""Of a word of a name that is compared: « de » and « Dr » are everybody's."""
TITLES: Final = frozenset({"docteur", "professeur", "madame", "monsieur", "mme"})
Json = dict[str, Any]


class Look(NamedTuple):
    findings: list[Finding]
    tallies: list[Tally]


async def look(
    store: Store, ledger: Ledger, accounts: Collection[Account], since: datetime, until: datetime
) -> Look:
    """What stands out between two instants. Opens the Patient of each record looked into."""
    tallies = await ledger.tallies(since - HABIT, until)
    lately = {tally.patient for tally in tallies if tally.hour >= since}
    subjects = await Subjects(store).of(lately)
    patients = {key: named(decode(stored.body)) for key, stored in subjects.items()}
    known = Known(store.zone, since, _actors(accounts), patients)
    return Look(unusual(tallies, known), tallies)


def _actors(accounts: Iterable[Account]) -> dict[str, frozenset[str]]:
    return {account.name: _words(account.display) for account in accounts}


def named(patient: Json) -> Named:
    names = [name for name in patient.get("name", ()) if isinstance(name, dict)]
    families = [str(name.get("family", "")) for name in names]
    given = [str(one) for name in names for one in name.get("given", ())]
    return Named(_words(" ".join(families)), _words(" ".join(given)))


def _words(text: str) -> frozenset[str]:
    words = normalize(text).split()
    return frozenset(word for word in words if len(word) >= LEAST_LETTERS) - TITLES
