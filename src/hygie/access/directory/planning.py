"""What the directory would make of the accounts. Pure.

Accounts that it did not make are never touched: neither changed nor closed, nor taken for somebody
of the same name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import msgspec

from hygie.access.directory import phrases
from hygie.access.directory.people import Person
from hygie.access.directory.rows import Link
from hygie.access.lifecycle.facts import NOBODY, Facts, check_facts, facts_of
from hygie.access.model import Account
from hygie.access.rights import Rights
from hygie.limits.directory import MIN_CLOSING
from hygie.refusal import Issue, Phrase, Refused

Kind = Literal["arrive", "change", "return", "close", "refused"]
KINDS: Final[dict[Kind, Phrase]] = {
    "arrive": phrases.ARRIVE, "change": phrases.CHANGE, "return": phrases.RETURN,
    "close": phrases.CLOSE, "refused": phrases.REFUSED,
}  # fmt: skip


class Step(NamedTuple):
    """What becomes of one account, or why nothing does."""

    kind: Kind
    account: str
    link: Link | None = None
    """As it will be."""
    before: Facts = NOBODY
    after: Facts = NOBODY
    why: Phrase | None = None
    """Of a closing."""
    renamed: bool = False
    issues: tuple[Issue, ...] = ()


class Plan(NamedTuple):
    steps: tuple[Step, ...]
    people: int
    same: int
    without: int
    """People without account, whom no rule gives a role or who are disabled there."""
    open: int
    """Accounts of the directory that are open."""
    empty: bool
    """Nobody is left of a directory that had people."""

    @property
    def closing(self) -> int:
        return sum(step.kind == "close" for step in self.steps)

    def most(self, percent: int) -> int:
        """How many it may close by itself: nobody empties a house with an empty answer."""
        return 0 if self.empty else max(MIN_CLOSING, self.open * percent // 100)


@dataclass(frozen=True)
class Known:
    """What there is."""

    links: Mapping[str, Link]
    accounts: Mapping[str, Account]
    rights: Rights


def plan(people: Iterable[Person], known: Known) -> Plan:
    everybody = tuple(people)
    by_login = Counter(one.login for one in everybody if one.login)
    nationals = Counter(one.said.get("national", "") for one in everybody)
    nationals.update(_other_nationals(known))
    steps: list[Step] = []
    same = without = 0
    for one in everybody:
        link = known.links.get(one.id)
        if link is None and not one.faults and not one.stays:
            without += 1
            continue
        if link is None:
            step = _arrival(one, known, by_login, nationals)
        else:
            step = _followed(one, link, known, nationals)
        if step is None:
            same += 1
        else:
            steps.append(step)
    steps += _departures({one.id for one in everybody}, known)
    still = [known.accounts[one.account] for one in known.links.values()]
    opened = sum(not one.disabled for one in still)
    empty = bool(opened) and not any(one.stays for one in everybody)
    return Plan(tuple(steps), len(everybody), same, without, opened, empty)


def _arrival(
    one: Person, known: Known, logins: Counter[str], nationals: Counter[str]
) -> Step | None:
    refusal: list[Issue] = list(one.faults)
    if one.login and logins[one.login] > 1:
        refusal.append(_issue("twice", phrases.TWICE))
    if one.login in known.accounts:
        refusal.append(_issue("by-hand", phrases.BY_HAND))
    refusal += _national(one, nationals)
    after = msgspec.structs.replace(NOBODY, **one.said)
    if not refusal:
        after, refusal = _checked(after, NOBODY, known)
    if refusal:
        return Step("refused", one.login or one.id, issues=tuple(refusal))
    return Step("arrive", one.login, Link(one.id, one.login, one.login), after=after)


def _followed(one: Person, link: Link, known: Known, nationals: Counter[str]) -> Step | None:
    """An account that follows somebody. One that cannot be read stays as it is: it has not left."""
    account = known.accounts[link.account]
    before = facts_of(account)
    if not one.active or (not one.role and not one.faults):
        why = phrases.WHY_NO_ROLE if one.active else phrases.WHY_DISABLED
        return _closing(account, link, why)
    refusal = [*one.faults, *_national(one, nationals)]
    after = msgspec.structs.replace(before, **one.said)
    if not refusal:
        after, refusal = _checked(after, before, known)
    if refusal:
        return Step("refused", account.name, issues=tuple(refusal))
    renamed = one.login != link.login
    now = Link(link.person, link.account, one.login)
    if link.left and account.disabled:
        return Step("return", account.name, now, before, after, renamed=renamed)
    if after != before or now != link:
        return Step("change", account.name, now, before, after, renamed=renamed)
    return None


def _departures(there: set[str], known: Known) -> Iterator[Step]:
    for link in known.links.values():
        if link.person not in there:
            step = _closing(known.accounts[link.account], link, phrases.WHY_GONE)
            if step is not None:
                yield step


def _closing(account: Account, link: Link, why: Phrase) -> Step | None:
    """None when it is closed already, by whoever: what an administrator closed stays closed."""
    if account.disabled:
        return None
    facts = facts_of(account)
    left = msgspec.structs.replace(link, left=True)
    return Step("close", account.name, left, facts, facts, why=why)


def _checked(wanted: Facts, before: Facts, known: Known) -> tuple[Facts, list[Issue]]:
    try:
        return check_facts(wanted, before, known.rights), []
    except Refused as refused:
        return wanted, list(refused.refusal.issues)


def _national(one: Person, nationals: Counter[str]) -> list[Issue]:
    """Two accounts of one identifier would open neither by Pro Santé Connect."""
    national = one.said.get("national", "")
    doubled = national and nationals[national] > 1
    return [_issue("national-twice", phrases.NATIONAL_TWICE)] if doubled else []


def _other_nationals(known: Known) -> Iterator[str]:
    """Of accounts that the directory does not decide."""
    followed = {link.account for link in known.links.values()}
    return (one.national for name, one in known.accounts.items() if name not in followed)


def _issue(what: str, phrase: Phrase) -> Issue:
    return Issue(code="value", rule=f"directory.{what}", phrase=phrase)
