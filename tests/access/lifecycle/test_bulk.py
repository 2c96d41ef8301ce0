"""Many accounts at once."""

from zoneinfo import ZoneInfo

import pytest

from hygie.access import Access
from hygie.access.lifecycle.facts import facts_of
from hygie.access.lifecycle.table import decode_list, write_list
from hygie.ledger import Ledger
from hygie.refusal import Refused
from hygie.trace import Context

ROOT = Context("root", "account", "administration")
PARIS = ZoneInfo("Europe/Paris")
LIST = (
    "compte;nom;role;identifiant\n"
    "alice;Dr Alice Martin;physician;810003456789\n"
    "zoe;Zoé Blin;nurse;\n"
    "yann;Yann Le Goff;nurse;\n"
)


async def test_a_list_changes_some_and_invites_others(
    access: Access, alice: str, ledger: Ledger
) -> None:
    """Guards: two hundred interns on the first of November, by hand."""
    plan = await access.bulk.plan(LIST, PARIS)
    assert [one.name for one in plan.arrivals] == ["zoe", "yann"]
    assert [(one.name, one.after.national) for one in plan.changes] == [(alice, "810003456789")]
    made = await access.bulk.apply(plan, by=ROOT, why="internes")
    assert [one.account for one in made] == ["zoe", "yann"]
    assert await access.accept_invitation(made[0].code, "Girafe-Lucarne-2026")
    assert (await ledger.recent())[2].entry.detail == "2 new, 1 changed; internes"
    again = await access.bulk.plan(LIST, PARIS)
    assert (again.arrivals, again.changes, again.same) == ((), (), 3)


async def test_a_fault_keeps_all_of_it_out(access: Access, alice: str) -> None:
    """Guards: half a list, and nobody knows which half."""
    text = LIST + "x;X;roi;\ny;;nurse;\n"
    plan = await access.bulk.plan(text, PARIS)
    assert [(one.number, one.issue.rule) for one in plan.faults] == [
        (5, "access.role"), (6, "access.display"),
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        await access.bulk.apply(plan, by=ROOT)
    assert [one.location for one in refused.value.refusal.issues] == ["5", "6"]
    assert refused.value.refusal.issues[0].text("fr").startswith("Ligne 5 : Ce rôle")
    assert [one.name for one in await access.list_accounts()] == [alice]


async def test_what_changed_meanwhile_keeps_all_of_it_out(access: Access, alice: str) -> None:
    """Guards: a list of yesterday over what was changed this morning."""
    plan = await access.bulk.plan(LIST, PARIS)
    await access.create_account("yann", "Un autre", "nurse", "Girafe-Lucarne-2026")
    with pytest.raises(Refused, match=r"access\.name-taken"):
        await access.bulk.apply(plan, by=ROOT)
    assert {one.name for one in await access.list_accounts()} == {alice, "yann"}
    assert facts_of(await access.lifecycle.account(alice)).national == ""


async def test_a_list_does_not_take_the_last_administrator(access: Access, password: str) -> None:
    """Guards: a house that nobody can give access to any more."""
    await access.create_account("root", "Root", "administrator", password)
    plan = await access.bulk.plan("compte;fin\nroot;2020-01-01\n", PARIS)
    with pytest.raises(Refused, match=r"access\.last-administrator"):
        await access.bulk.apply(plan, by=Context("console", "system"))


async def test_a_list_that_went_out_changes_nothing(access: Access, alice: str) -> None:
    """Guards: an export that is imported again, and moves ends or units."""
    text = decode_list(write_list(await access.everyone(), PARIS))
    plan = await access.bulk.plan(text, PARIS)
    assert (plan.arrivals, plan.changes, plan.same, plan.faults) == ((), (), 1, ())
