"""One port for several workers."""

import pickle
import select
import socket
from collections.abc import Iterator

import pytest

from hygie.cli.listening import Port

CONNECTIONS = 64


@pytest.fixture
def port() -> Iterator[Port]:
    with Port.at("127.0.0.1", 0) as reserved:
        yield reserved


def test_workers_share_what_comes(port: Port) -> None:
    """Guards: all clients on one worker while the others idle, and connections that nobody gets:
    the process that only reserves the port is given none."""
    workers = [pickle.loads(pickle.dumps(port)) for _ in range(2)]
    for worker in workers:
        worker.listen()
        worker.setblocking(False)
    clients = [socket.create_connection(port.getsockname()) for _ in range(CONNECTIONS)]
    accepted = [0, 0]
    while sum(accepted) < CONNECTIONS:
        ready, _, _ = select.select(workers, [], [], 5)
        assert ready
        for worker in ready:
            worker.accept()[0].close()
            accepted[workers.index(worker)] += 1
    assert min(accepted) > 0
    for one in (*workers, *clients):
        one.close()


def test_a_port_that_is_taken_is_not_shared_with_a_stranger(port: Port) -> None:
    """Guards: two establishments' servers that answer each other's clients."""
    port.listen()
    with socket.socket() as alone:
        alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            alone.bind(port.getsockname())
