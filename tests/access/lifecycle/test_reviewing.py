"""The review of accounts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.access.conftest import HandClock

from hygie.access import Access
from hygie.access.accounts import Standing
from hygie.access.lifecycle.facts import facts_of
from hygie.access.lifecycle.reviewing import findings, review
from hygie.access.model import Account
from hygie.access.rights import shipped
from hygie.limits.access import ABSENT_DAYS, REVIEW_DAYS, REVIEW_PRIVILEGED_DAYS
from hygie.refusal import Refused
from hygie.trace import Context

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROOT = Context("root", "account", "administration")


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


@dataclass(frozen=True)
class Case:
    said: dict[str, Any]
    used: dict[str, Any]
    found: tuple[str, ...]


CASES = (
    Case({}, {}, ()),
    Case({"role": "parti"}, {}, ("no-role",)),
    Case({}, {"second": ""}, ("no-second",)),
    Case({}, {"second": "", "seen": None}, ()),
    Case({"created": ago(ABSENT_DAYS + 1)}, {"seen": None}, ("never",)),
    Case({}, {"seen": ago(ABSENT_DAYS)}, ()),
    Case({}, {"seen": ago(ABSENT_DAYS + 1)}, ("absent",)),
    Case({"national": ""}, {}, ("no-person",)),
    Case({"created": ago(REVIEW_DAYS + 1)}, {}, ("unreviewed",)),
    Case({"created": ago(REVIEW_DAYS + 1), "reviewed": ago(1)}, {}, ()),
    Case({"role": "administrator"}, {}, ("privileged",)),
    Case(
        {"role": "auditor", "reviewed": ago(REVIEW_PRIVILEGED_DAYS + 1)}, {},
        ("unreviewed", "privileged"),
    ),
)  # fmt: skip


def made(said: dict[str, Any], used: dict[str, Any]) -> Standing:
    account = Account(
        name="zoe", display="Zoé", role="nurse", created=ago(1), national="810003456789"
    )
    standing = Standing(msgspec.structs.replace(account, **said), "set", True, ago(1), None)
    return standing._replace(**used)


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_what_is_to_be_looked_at_is_found(case: Case) -> None:
    """Guards: the account of somebody who left, that nobody sees among a thousand."""
    assert findings(made(case.said, case.used), shipped(), NOW) == case.found


def test_the_most_pressing_comes_first_and_closed_ones_do_not() -> None:
    """Guards: a review that begins with what is in order."""
    quiet = made({"name": "a"}, {})
    absent = made({"name": "b"}, {"seen": ago(400)})
    keeper = made({"name": "c", "role": "administrator"}, {"seen": ago(400)})
    gone = made({"name": "d", "disabled": True}, {"seen": ago(400)})
    ended = made({"name": "e", "until": ago(1)}, {"seen": ago(400)})
    found = review([quiet, absent, keeper, gone, ended], shipped(), NOW)
    assert [one.standing.account.name for one in found] == ["c", "b", "a"]
    assert [one.due for one in found] == [True, True, False]


async def test_what_is_confirmed_is_what_was_shown(
    access: Access, alice: str, clock: HandClock
) -> None:
    """Guards: a confirmation that covers a role that was given after the page was opened."""
    shown = facts_of(await access.lifecycle.account(alice))
    await access.lifecycle.confirm({alice: shown}, by=ROOT)
    assert (await access.lifecycle.account(alice)).reviewed == clock()
    other = msgspec.structs.replace(shown, role="nurse")
    with pytest.raises(Refused, match=r"changed-meanwhile"):
        await access.lifecycle.confirm({alice: other}, by=ROOT)
    with pytest.raises(Refused, match=r"not-oneself"):
        await access.lifecycle.confirm({alice: shown}, by=Context(alice, "account"))
