"""Accounts follow a real directory (Debian's slapd): arrival, change, departure, return."""

from tests.access.conftest import PASSWORD, HandClock
from tests.access.directory.conftest import Ground
from tests.access.directory.server import PEOPLE, Slapd

from hygie.access import Access
from hygie.ledger import Ledger


async def test_who_arrives_there_has_an_account(
    ground: Ground, claire: str, access: Access, ledger: Ledger
) -> None:
    """Guards: two lists of people, of which one is always out of date."""
    assert await ground.told() == [("arrive", "claire.morel")]
    account = await access.lifecycle.account("claire.morel")
    assert (account.display, account.role, account.email, account.national, account.units) == (
        "Dr Claire Morel", "physician", "claire@clinique.fr", "810003456789", ("urn:uf|CARD",),
    )  # fmt: skip
    assert account.origin == "annuaire"
    acts = [record.entry.action for record in await ledger.recent()]
    assert acts[:2] == ["synchronise", "create-account"]


async def test_a_second_run_changes_nothing(ground: Ground, claire: str, ledger: Ledger) -> None:
    """Guards: traces and ended sessions every night, for nothing."""
    await ground.sync()
    result = await ground.sync()
    assert (result.plan.steps, result.plan.same) == ((), 1)
    assert [one.entry.action for one in await ledger.recent()] == [
        "synchronise", "synchronise", "create-account",
    ]  # fmt: skip


async def test_another_group_is_another_role(
    ground: Ground, slapd: Slapd, claire: str, access: Access, ledger: Ledger
) -> None:
    """Guards: rights that stay with a function somebody left."""
    await ground.sync()
    token = await access.open_session("claire.morel", source="10.0.0.1", amr=("fed", "mfa"))
    slapd.leave("medecins", claire)
    slapd.join("infirmiers", claire)
    assert await ground.told() == [("change", "claire.morel")]
    assert (await access.lifecycle.account("claire.morel")).role == "nurse"
    assert await access.current(token) is None
    detail = (await ledger.recent())[1].entry.detail
    assert detail == "account claire.morel: role physician → nurse; directory annuaire"


async def test_who_leaves_is_closed_and_may_come_back(
    ground: Ground, slapd: Slapd, claire: str, access: Access
) -> None:
    """Guards: an account that outlives its owner's contract; a second account when she returns."""
    await ground.sync()
    slapd.add("yann", "Yann Le Goff")
    slapd.join("infirmiers", f"uid=yann,{PEOPLE}")
    await ground.sync()
    token = await access.open_session("claire.morel", source="10.0.0.1", amr=("fed", "mfa"))
    slapd.leave("medecins", claire)
    assert await ground.told() == [("close", "claire.morel")]
    assert (await access.lifecycle.account("claire.morel")).disabled
    assert await access.current(token) is None
    assert await ground.told() == []
    slapd.join("medecins", claire)
    assert await ground.told() == [("return", "claire.morel")]
    assert not (await access.lifecycle.account("claire.morel")).disabled
    slapd.delete(claire)
    assert await ground.told() == [("close", "claire.morel")]


async def test_who_is_called_otherwise_keeps_the_account(
    ground: Ground, slapd: Slapd, claire: str, access: Access
) -> None:
    """Guards: a marriage that closes one account and opens another; a new colleague who gets the
    account of whoever had the name before."""
    await ground.sync()
    slapd.change(
        f"dn: {claire}\nchangetype: modrdn\nnewrdn: uid=claire.durand\ndeleteoldrdn: 1\n\n"
        f"dn: uid=claire.durand,{PEOPLE}\nchangetype: modify\nreplace: displayName\n"
        "displayName: Dr Claire Durand\n"
    )
    slapd.join("medecins", slapd.add("claire.morel", "Une autre"))
    result = await ground.sync()
    steps = sorted(result.plan.steps, key=lambda step: step.kind)
    assert [(one.kind, one.account, one.renamed) for one in steps] == [
        ("change", "claire.morel", True), ("refused", "claire.morel", False),
    ]  # fmt: skip
    assert steps[1].issues[0].rule == "directory.by-hand"
    assert (await access.lifecycle.account("claire.morel")).display == "Dr Claire Durand"
    assert [one.name for one in await access.list_accounts()] == ["claire.morel"]


async def test_accounts_made_by_hand_are_left_alone(
    ground: Ground, slapd: Slapd, claire: str, access: Access
) -> None:
    """Guards: a directory whose administrators take over an account by naming somebody alike."""
    made = await access.create_account("claire.morel", "Locale", "nurse", PASSWORD)
    await access.create_account("root", "Root", "administrator", PASSWORD)
    assert await ground.told() == [("refused", "claire.morel")]
    assert await access.lifecycle.account("claire.morel") == made
    assert not (await access.lifecycle.account("root")).disabled


async def test_what_an_administrator_closed_stays_closed(
    ground: Ground, claire: str, access: Access, clock: HandClock
) -> None:
    """Guards: somebody who was shut out at noon, and is let in again at night."""
    await ground.sync()
    await access.disable_account("claire.morel")
    assert await ground.told() == []
    assert (await access.lifecycle.account("claire.morel")).disabled


async def test_the_last_administrator_stays(ground: Ground, slapd: Slapd, access: Access) -> None:
    """Guards: a house that a change of groups shuts for everybody, and the rest undone with it."""
    dn = slapd.add("chef", "La cheffe")
    slapd.join("informatique", dn)
    await ground.sync()
    slapd.leave("informatique", dn)
    slapd.join("medecins", dn)
    slapd.join("infirmiers", slapd.add("yann", "Yann Le Goff"))
    result = await ground.sync()
    told = sorted((one.kind, one.account) for one in result.plan.steps)
    assert told == [("arrive", "yann"), ("refused", "chef")]
    assert (await access.lifecycle.account("chef")).role == "administrator"


async def test_a_trial_changes_nothing(
    ground: Ground, claire: str, access: Access, ledger: Ledger
) -> None:
    """Guards: a trial that was none."""
    result = await ground.sync(dry_run=True)
    assert (result.done, [one.kind for one in result.plan.steps]) == (False, ["arrive"])
    assert await access.list_accounts() == ()
    assert list(await ledger.recent()) == []


async def test_a_directory_that_says_nobody_closes_nobody(
    ground: Ground, slapd: Slapd, claire: str, access: Access, ledger: Ledger
) -> None:
    """Guards: a wrong base, and a hospital that nobody comes into."""
    await ground.sync()
    slapd.delete(claire)
    result = await ground.sync()
    assert (result.stopped, result.done, result.most) == (True, False, 0)
    assert not (await access.lifecycle.account("claire.morel")).disabled
    assert "stopped" in (await ledger.recent())[0].entry.detail
    await ground.sync(force=True)
    assert (await access.lifecycle.account("claire.morel")).disabled


async def test_more_than_a_fifth_is_asked_about(ground: Ground, slapd: Slapd) -> None:
    """Guards: a unit that somebody moved in the tree, and forty people without account."""
    names = [f"p{number:02}" for number in range(40)]
    for name in names:
        slapd.join("infirmiers", slapd.add(name, name))
    await ground.sync()
    for name in names[:9]:
        slapd.delete(f"uid={name},{PEOPLE}")
    result = await ground.sync()
    assert (result.stopped, result.plan.closing, result.most) == (True, 9, 8)
    slapd.add("p40", "p40")
    assert (await ground.sync(force=True)).counts()["close"] == 9
