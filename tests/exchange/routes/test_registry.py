"""Routes as people declare them: what may be declared, kept in all its versions, and on record."""

import os

import msgspec
import pytest
from tests.exchange.routes.conftest import PERSON

from hygie.exchange.routes.answers import Taken, Unreachable
from hygie.exchange.routes.declaration import (
    Condition,
    Folder,
    Forward,
    Http,
    Mllp,
    Produce,
    Route,
)
from hygie.exchange.routes.registry import Routes
from hygie.exchange.routes.ways.folder import FolderWay
from hygie.files import real
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.refusal import Refused

LAB = Route(name="labo", destination=Mllp(host="127.0.0.1", port=2575), content=Produce())


async def test_a_route_is_kept_with_all_its_versions_and_by_whom(routes, store, trail):
    """Danger: nobody can say who sent patients' data elsewhere, or since when."""
    assert (await routes.declare(LAB, PERSON)).version == 1
    changed = msgspec.structs.replace(LAB, title="Laboratoire")
    assert (await routes.declare(changed, PERSON, 1)).version == 2
    await routes.stop("labo", PERSON)
    assert (await routes.require("labo")).value.running is False
    await routes.remove("labo", PERSON)
    versions = await routes.history("labo")
    assert [(one.version, one.value and one.value.title, one.by) for one in versions] == [
        (4, None, "technicienne"), (3, "Laboratoire", "technicienne"),
        (2, "Laboratoire", "technicienne"), (1, "", "technicienne"),
    ]  # fmt: skip
    assert [one.action for one in trail.entries] == ["declare"] * 3 + ["withdraw"]
    rows = await store.pool.fetch("SELECT sealed FROM hygie.route_history")
    assert not any(b"127.0.0.1" in row["sealed"] for row in rows)


async def test_two_people_do_not_undo_each_other(routes):
    """Danger: the second of two who change a route puts back what the first corrected."""
    await routes.declare(LAB, PERSON, version=0)
    await routes.declare(msgspec.structs.replace(LAB, title="un"), PERSON, version=1)
    with pytest.raises(Refused) as refused:
        await routes.declare(msgspec.structs.replace(LAB, title="deux"), PERSON, version=1)
    assert refused.value.refusal.issues[0].rule == "route.changed"
    assert (await routes.require("labo")).value.title == "un"


async def test_a_removed_route_begins_again_with_a_version_of_its_own(routes):
    """Danger: a route made anew takes the history of another for its own."""
    await routes.declare(LAB, PERSON)
    await routes.remove("labo", PERSON)
    with pytest.raises(Refused):
        await routes.remove("labo", PERSON)
    assert (await routes.declare(LAB, PERSON, 0)).version == 3


async def test_this_process_knows_its_own_change_at_once(routes):
    """Danger: what was just declared does not hold for the message that comes next."""
    assert await routes.all() == ()
    await routes.declare(LAB, PERSON)
    assert [route.name for route in await routes.all()] == ["labo"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"name": "../labo"}, "route.declaration"),
        ({"timeout_seconds": 0}, "route.declaration"),
        ({"timeout_seconds": float("nan")}, "route.declaration"),
        ({"destination": Mllp(host="127.0.0.1", port=0)}, "route.declaration"),
        ({"destination": Mllp(host="127.0.0.1", connections=99)}, "route.declaration"),
        ({"destination": Mllp(host="169.254.169.254")}, "outbound.never"),
        ({"destination": Mllp(host="10.0.0.1")}, "outbound.forbidden"),
        ({"destination": Http(url="file:///etc/passwd")}, "outbound.address"),
        ({"destination": Http(url="http://127.0.0.1/", token_file="/etc/passwd")}, "route.path"),
        ({"destination": Folder(path="/etc")}, "route.path"),
        ({"destination": Folder(path="../envois")}, "route.path"),
        ({"destination": Folder(path="/\0")}, "route.path"),
        ({"destination": Folder(path="/\udcff")}, "route.path"),
        ({"retention_days": 10**18}, "route.declaration"),
        ({"retention_days": -1}, "route.declaration"),
        ({"content": Forward(events=("ADT",))}, "route.declaration"),
        ({"content": Forward(where=(Condition(field="PV1", values=()),))}, "route.declaration"),
        ({"content": Produce(messages=())}, "route.declaration"),
        ({"content": Produce(criteria=("Encounter?patient.name=x",))}, "route.criteria"),
        ({"content": Produce(criteria=("Nothing?x=1",))}, "route.criteria"),
    ],
)
async def test_what_a_route_may_not_do_is_refused_when_it_is_declared(routes, change, rule):
    """Danger: a route leads out of its folder, to the cloud's metadata, or to nowhere at all."""
    with pytest.raises(Refused) as refused:
        await routes.declare(msgspec.structs.replace(LAB, **change), PERSON)
    assert refused.value.refusal.issues[0].rule == rule
    assert await routes.declared() == ()


async def test_a_folder_is_not_left_by_a_link(routes, tmp_path):
    """Danger: a link below the allowed folder leads files anywhere on the machine."""
    (tmp_path / "envois").mkdir()
    (tmp_path / "envois" / "ailleurs").symlink_to("/tmp")
    route = msgspec.structs.replace(
        LAB, destination=Folder(path=str(tmp_path / "envois" / "ailleurs"))
    )
    with pytest.raises(Refused):
        await routes.declare(route, PERSON)


@pytest.mark.parametrize("name", ["cercle", "cercle/x", "envois\nfaux", "x" * 300])
async def test_a_folder_that_leads_nowhere_is_refused_or_harmless(routes, tmp_path, name):
    """Danger: a path that nobody can follow ends all routes each time that they are begun."""
    (tmp_path / "envois").mkdir()
    (tmp_path / "envois" / "cercle").symlink_to(tmp_path / "envois" / "cercle")
    found = real(tmp_path / "envois" / name)
    route = msgspec.structs.replace(LAB, destination=Folder(path=str(tmp_path / "envois" / name)))
    if found is not None and name.isprintable():
        await routes.declare(route, PERSON)
        assert isinstance(await FolderWay(found).send(1, "", b"x"), Unreachable)
        return
    with pytest.raises(Refused) as refused:
        await routes.declare(route, PERSON)
    assert refused.value.refusal.issues[0].rule == "route.path"


async def test_nothing_is_written_through_what_others_put_into_the_folder(tmp_path):
    """Danger: who reads the folder writes into it too, and has the next file, whose name can be
    guessed, overwrite the key of the house, or hang on a pipe."""
    folder, key = tmp_path / "envois", tmp_path / "master.key"
    folder.mkdir()
    key.write_bytes(b"secret")
    (folder / "000000000001.hl7.new").symlink_to(key)
    (folder / "000000000002.hl7").symlink_to(key)
    os.mkfifo(folder / "000000000003.hl7.new")
    way = FolderWay(folder)
    for number in (1, 2, 3):
        assert isinstance(await way.send(number, "", b"MSH|"), Taken)
        assert (folder / f"00000000000{number}.hl7").read_bytes() == b"MSH|"
    assert key.read_bytes() == b"secret"


async def test_a_link_put_in_place_of_the_folder_is_not_followed(tmp_path):
    """Danger: what was looked at when it was declared is something else when it is written to."""
    folder, elsewhere = tmp_path / "envois", tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.symlink_to(elsewhere)
    assert isinstance(await FolderWay(folder).send(1, "", b"MSH|"), Unreachable)
    assert list(elsewhere.iterdir()) == []


async def test_a_route_that_may_not_send_there_any_more_can_still_be_stopped(store, reach):
    """Danger: the one route that must stop at once is the one that cannot be."""
    await Routes(store, Outbound(read_permission("127.0.0.1")), reach).declare(LAB, PERSON)
    narrowed = Routes(store, Outbound(read_permission("")), reach)
    assert not (await narrowed.stop("labo", PERSON)).value.running
    with pytest.raises(Refused):
        await narrowed.start("labo", PERSON)
