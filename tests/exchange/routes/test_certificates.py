"""Routes to destinations that ask who we are: a real peer by TLS that demands a certificate."""

import msgspec
import pytest
from tests.authority import Authority
from tests.exchange.routes.conftest import PERSON
from tests.exchange.routes.peers import Peer
from tests.exchange.routes.test_sending import quick, serve, settled, tried, words
from tests.outbound.servers import answering, serving

from hygie.exchange.routes.checks import Reach
from hygie.exchange.routes.declaration import Client, Forward, Http, Mllp, Route
from hygie.exchange.routes.registry import Routes
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.refusal import Refused

__all__ = ["quick"]


@pytest.fixture
def clinic(tmp_path) -> Authority:
    (tmp_path / "secrets").mkdir()
    return Authority(tmp_path / "secrets", "clinique")


@pytest.fixture
def routes(store, tmp_path, clinic) -> Routes:
    outbound = Outbound(read_permission("127.0.0.1"), clinic.file)
    return Routes(store, outbound, Reach((), (tmp_path / "secrets",)))


@pytest.fixture
def shown(clinic) -> Client:
    certificate, key = clinic.sign("hygie")
    return Client(certificate=str(certificate), key=str(key))


async def test_by_mllp_who_shows_a_certificate_is_let_in(store, routes, make, clinic, shown):
    """Danger: the other hospital demands a certificate, and nothing leaves for it at all."""
    peer = Peer()
    async with serving(peer, clinic.server("pair")) as port, serve(store, routes, clinic.file):
        await make("labo", words("C1"))
        way = Mllp(host="127.0.0.1", port=port, tls=True, client=shown)
        await routes.declare(Route(name="labo", destination=way), PERSON)
        await settled(routes, 1, "sent")
    assert peer.controls == ["C1"]


async def test_without_one_it_waits_and_is_sent_once_there_is_one(
    store, routes, make, clinic, shown
):
    """Danger: a certificate that ran out kills what it could not send; or a peer lets us in that
    was never shown anything, and the test above proves nothing."""
    peer = Peer()
    async with serving(peer, clinic.server("pair")) as port, serve(store, routes, clinic.file):
        await make("labo", words("C1"))
        way = Mllp(host="127.0.0.1", port=port, tls=True)
        await routes.declare(Route(name="labo", destination=way), PERSON)
        await tried(routes)
        assert peer.got == []
        way = msgspec.structs.replace(way, client=shown)
        await routes.declare(Route(name="labo", destination=way), PERSON)
        await settled(routes, 1, "sent")
    assert peer.controls == ["C1"]


async def test_by_https_it_is_shown_too(store, routes, make, clinic, shown):
    """Danger: the certificate that is declared is not the one that is shown."""
    peer = serving(answering("204 No Content"), clinic.server("pair"))
    async with peer as port, serve(store, routes, clinic.file):
        await make("labo", words("C1"))
        way = Http(url=f"https://127.0.0.1:{port}/hl7", client=shown)
        await routes.declare(Route(name="labo", destination=way), PERSON)
        await settled(routes, 1, "sent")


async def test_what_cannot_be_shown_is_refused_when_it_is_declared(routes, clinic, shown, tmp_path):
    """Danger: the key of another, or of the machine, is read by who may declare routes; or a pair
    that does not go together is found out at night."""
    other = str(clinic.sign("autre")[1])
    wrong = {
        "route.path": Mllp(
            host="127.0.0.1", tls=True, client=Client(certificate="/etc/passwd", key=shown.key)
        ),
        "outbound.identity": Mllp(
            host="127.0.0.1", tls=True, client=Client(certificate=shown.certificate, key=other)
        ),
        "route.declaration": Mllp(host="127.0.0.1", client=shown),
    }
    wrong_url = Http(url="http://127.0.0.1/", client=shown)
    for rule, way in [*wrong.items(), ("route.declaration", wrong_url)]:
        with pytest.raises(Refused) as refused:
            await routes.declare(Route(name="x", destination=way, content=Forward()), PERSON)
        assert refused.value.refusal.issues[0].rule == rule
