"""What waits, sent to real MLLP peers, HTTP servers and folders that behave as they like."""

import asyncio
import contextlib
from pathlib import Path

import msgspec
import pytest
from tests.exchange.routes.conftest import PERSON
from tests.exchange.routes.peers import Peer, acknowledgement
from tests.outbound.servers import answering, serving

from hygie.exchange.routes import sending, service
from hygie.exchange.routes.browsing import Filters
from hygie.exchange.routes.declaration import Folder, Header, Http, Mllp, Route
from hygie.exchange.routes.service import Service
from hygie.hl7v2.framing import frame
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.store import register


def words(control: str, rest: str = "PID|||8001^^^CH^PI||MARTIN^ZOÉ^^^^^L\r") -> str:
    return f"MSH|^~\\&|HYGIE|CH|LAB|CH|2026||ADT^A28|{control}|P|2.5||||||UNICODE UTF-8\r{rest}"


def lab(port: int, **changes: object) -> Route:
    plain = Route(name="labo", destination=Mllp(host="127.0.0.1", port=port), timeout_seconds=1.0)
    return msgspec.structs.replace(plain, **changes)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(sending, "RETRY_SECONDS", (0.05,) * 6)
    monkeypatch.setattr(service, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(register, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(sending, "LOOK_SECONDS", 0.2)


@pytest.fixture
async def served(store, routes):
    """The service of one process, until the test ends."""
    async with serve(store, routes):
        yield routes


@contextlib.asynccontextmanager
async def serve(store, routes, authorities=None):
    outbound = Outbound(read_permission("127.0.0.1"), authorities)
    one = Service(store, routes, outbound, lambda _, message: message)
    task = asyncio.create_task(one.serve())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await outbound.close()


async def settled(routes, count: int, *states: str):
    """The departures, once so many are in one of these states."""
    async with asyncio.timeout(15):
        while True:
            found = await routes.browsing.browse(Filters(states=states), 1_000, PERSON)
            if len(found) >= count:
                return sorted(found, key=lambda one: one.id)
            await asyncio.sleep(0.02)


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def tried(routes):
    """The oldest departure, once an attempt was made."""
    async with asyncio.timeout(15):
        while True:
            *_, one = await routes.browsing.browse(Filters(), 1_000, PERSON)
            if one.attempts:
                return one
            await asyncio.sleep(0.02)


async def test_what_waits_is_sent_in_order_and_noted_with_its_answer(served, make, trail):
    """Danger: what left cannot be proven, or is not on record before it leaves."""
    peer = Peer()
    async with serving(peer) as port:
        await make("labo", *(words(f"C{n}") for n in range(5)), lane="p1")
        await served.declare(lab(port), PERSON)
        found = await settled(served, 5, "sent")
    assert peer.controls == [f"C{n}" for n in range(5)]
    assert "MSA|AA|C0" in found[0].notes.answer
    assert [entry.action for entry in trail.entries].count("send") == 5


async def test_refused_content_is_dead_with_its_answer_and_holds_nobody(served, make):
    """Danger: one message that cannot be taken stops a patient, or all."""
    peer = Peer("AE 101^Required field missing", "AR 203^Unsupported version")
    async with serving(peer) as port:
        await make("labo", words("C1"), words("C2"), words("C3"), lane="p1")
        await served.declare(lab(port), PERSON)
        one, two = await settled(served, 2, "dead")
        await settled(served, 1, "sent")
    assert peer.controls == ["C1", "C2", "C3"]
    assert (one.rule, two.rule) == ("route.refused", "route.refused")
    assert "Required field" in one.notes.answer


async def test_what_is_refused_for_now_is_tried_again_and_in_the_end_dead(served, make):
    """Danger: a destination that always says "later" is asked for ever, and nobody is told."""
    peer = Peer(*["AR"] * 100)
    async with serving(peer) as port:
        await make("labo", words("C1"))
        await served.declare(lab(port), PERSON)
        [dead] = await settled(served, 1, "dead")
        assert (dead.attempts, dead.rule) == (6, "route.rejected")
        peer.answers.clear()
        await served.handling.replay([dead.id], PERSON)
        await settled(served, 1, "sent")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        ...,
        frame(b"garbage"),
        frame(b"MSH|^~\\&|E||||||ACK|1|P|2.5\r"),
        frame(acknowledgement("AA", "another")),
        b"no frame at all",
        b"\x0b" + b"x" * 200_000,
    ],
    ids=["nothing", "closes", "garbage", "no MSA", "of another", "no frame", "endless"],
)
async def test_no_answer_of_ours_is_no_answer(served, make, answer):
    """Danger: what was never taken counts as sent; or its patient's next message overtakes it."""
    peer = Peer(answer)
    async with serving(peer) as port:
        await make("labo", words("C1"), words("C2"), lane="p1")
        await served.declare(lab(port, timeout_seconds=0.3), PERSON)
        await settled(served, 2, "sent")
    assert peer.controls == ["C1", "C1", "C2"]
    assert peer.got[0] == peer.got[1], "sent again, it is the same to the byte"


async def test_a_late_answer_to_another_message_is_passed_over(served, make):
    """Danger: in enhanced mode the second answer to one message settles the next one."""
    late = frame(acknowledgement("AE", "C1"))
    peer = Peer(frame(acknowledgement("CA", "C1")) + late)
    async with serving(peer) as port:
        await make("labo", words("C1"), words("C2"), lane="p1")
        await served.declare(lab(port), PERSON)
        await settled(served, 2, "sent")
    assert peer.controls == ["C1", "C2"]


async def test_a_destination_that_is_down_for_a_while_loses_nothing(served, make, store):
    """Danger: what is made meanwhile is lost, dead, or comes in another order."""
    peer = Peer()
    async with serving(peer) as port:
        pass  # the port is free again, and nobody listens
    await make("labo", *(words(f"C{n}") for n in range(8)), lane="p1")
    await served.declare(lab(port), PERSON)
    first = await tried(served)
    assert first.rule == "outbound.unreachable"
    server = await asyncio.start_server(peer, "127.0.0.1", port)
    async with server:
        await settled(served, 8, "sent")
    assert peer.controls == [f"C{n}" for n in range(8)]


async def test_a_slow_destination_gets_several_patients_at_once(served, make):
    """Danger: a tenth of a second for each answer makes ten messages a second of a hospital."""
    peer = Peer(pause=0.1)
    async with serving(peer) as port:
        await make("labo", *(words(f"C{n}") for n in range(12)))
        destination = Mllp(host="127.0.0.1", port=port, connections=4)
        await served.declare(lab(port, destination=destination), PERSON)
        await settled(served, 12, "sent")
    assert peer.most_at_once == 4


async def test_a_patient_whose_message_gets_no_answer_does_not_hold_the_others(served, make):
    """Danger: one poisoned message silences a whole route."""
    peer = Peer(None, None, None)
    async with serving(peer) as port:
        await make("labo", words("C1"), lane="p1")
        await make("labo", words("C2"), lane="p1")
        await make("labo", words("C3"), lane="p2")
        await served.declare(lab(port, timeout_seconds=0.2), PERSON)
        await settled(served, 3, "sent")
    assert peer.controls.index("C2") > peer.controls.index("C3") or peer.controls.count("C1") > 1
    assert peer.controls.index("C3") < len(peer.controls) - 1


async def test_a_route_that_does_not_run_gathers_and_sends_when_it_starts(served, make):
    """Danger: what happens during an interruption of the other side is lost."""
    peer = Peer()
    async with serving(peer) as port:
        await served.declare(lab(port, running=False), PERSON)
        await make("labo", words("C1"))
        await asyncio.sleep(0.3)
        assert peer.got == []
        await served.start("labo", PERSON)
        await settled(served, 1, "sent")
        await served.stop("labo", PERSON)
        await asyncio.sleep(0.3)  # until it is known
        await make("labo", words("C2"))
        await asyncio.sleep(0.3)
    assert peer.controls == ["C1"]


async def test_the_header_is_the_one_that_the_route_asks_for(served, make):
    """Danger: the other side refuses whom it does not know, or reads another character set."""
    peer = Peer()
    header = Header(
        application="H", facility="CH|B", receiving_facility="LABO", version="2.3.1",
        charset="8859/1",
    )  # fmt: skip
    async with serving(peer) as port:
        await make("labo", words("C1"))
        await served.declare(lab(port, header=header), PERSON)
        [one] = await settled(served, 1, "sent")
    said = peer.got[0].decode("latin-1")
    assert said.startswith("MSH|^~\\&|H|CH\\F\\B|LAB|LABO|2026||ADT^A28|C1|P|2.3.1||||||8859/1\r")
    assert "ZOÉ" in said
    kept = await served.browsing.departure(one.id, PERSON)
    assert (kept.content, kept.original) == (peer.got[0], words("C1").encode())


async def test_what_cannot_be_written_so_is_dead_and_says_where(served, make):
    """Danger: a name leaves with question marks in it."""
    peer = Peer()
    async with serving(peer) as port:
        await make("labo", words("C1"))
        await served.declare(lab(port, header=Header(charset="ASCII")), PERSON)
        [dead] = await settled(served, 1, "dead")
    assert (dead.rule, peer.got) == ("route.charset", [])


async def test_over_http_the_body_of_the_answer_counts(served, make, tmp_path):
    """Danger: a 200 that says AE counts as taken; a token stands in the declaration."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "jeton").write_text("s3cret\n")
    refusal = acknowledgement("AE", "C1")
    async with serving(answering("200 OK", refusal)) as port:
        await make("web", words("C1"))
        destination = Http(
            url=f"http://127.0.0.1:{port}/hl7v2/labo",
            token_file=str(tmp_path / "secrets" / "jeton"),
        )
        await served.declare(Route(name="web", destination=destination), PERSON)
        [dead] = await settled(served, 1, "dead")
    assert dead.rule == "route.refused"


@pytest.mark.parametrize(
    ("status", "state"),
    [("204 No Content", "sent"), ("503 Busy", "waiting"), ("422 No", "dead"), ("401 No", "waiting"),
     ("302 Found", "waiting")],
)  # fmt: skip
async def test_over_http_a_status_alone_says_what_it_can(served, make, status, state):
    """Danger: what was refused counts as taken, or what could be taken later is given up."""
    async with serving(answering(status)) as port:
        await make("web", words("C1"))
        destination = Http(url=f"http://127.0.0.1:{port}/")
        await served.declare(Route(name="web", destination=destination), PERSON)
        one = await tried(served)
    assert one.state == state


async def test_in_a_folder_each_message_is_a_whole_file_in_order(served, make, tmp_path):
    """Danger: a file is taken while it is half written, or its name tells of a patient."""
    folder = tmp_path / "envois" / "labo"
    await make("dossier", words("C1"), words("C2"), lane="p1")
    await served.declare(Route(name="dossier", destination=Folder(path=str(folder))), PERSON)
    one, two = await settled(served, 2, "sent")
    names = listed(folder)
    assert names == [f"{one.id:012d}.hl7", f"{two.id:012d}.hl7"]
    assert (folder / names[0]).read_bytes() == words("C1").encode()
    await served.handling.replay([one.id], PERSON)
    await settled(served, 2, "sent")
    assert listed(folder) == names


async def test_whoever_takes_over_sends_what_the_other_left(store, routes, make):
    """Danger: a process that dies takes along what it was about to send."""
    peer = Peer(None)
    async with serving(peer) as port:
        await make("labo", words("C1"))
        await routes.declare(lab(port, timeout_seconds=30), PERSON)
        async with serve(store, routes):
            await peer.until(1)
        async with serve(store, routes):
            await settled(routes, 1, "sent")
    assert peer.controls == ["C1", "C1"]
