"""What breaks the rules of HTTP itself: the server answers briefly or not at all, and stays up."""

import socket
import time

import pytest
from tests.acceptance.house import House

GET = b"GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%s\r\n"
POST = b"POST /fhir/Patient HTTP/1.1\r\nHost: h\r\nContent-Type: application/fhir+json\r\n%s\r\n"
ODDITIES = {
    "not HTTP": b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\r\n\r\n",
    "no such version": b"GET /health HTTP/9.9\r\n\r\n",
    "NUL in the path": GET % (b"/fhir/Patient/\x00", b""),
    "NUL, escaped": GET % (b"/fhir/Patient/%00", b""),
    "wrong escape": GET % (b"/fhir/Patient/%zz%", b""),
    "a way upwards": GET % (b"/static/..%2f..%2f..%2f..%2fetc/passwd", b""),
    "a very long address": GET % (b"/fhir/Patient?name=" + b"a" * 200_000, b""),
    "a header that is no text": GET % (b"/fhir/Patient", b"Authorization: Bearer \xff\xfe\r\n"),
    "two lengths": POST % b"Content-Length: 2\r\nContent-Length: 5\r\n" + b"{}",
    "length and chunks": POST % b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"
    + b"0\r\n\r\n",
    "a negative length": POST % b"Content-Length: -1\r\n",
    "a length beyond numbers": POST % b"Content-Length: 99999999999999999999999999\r\n",
    "a chunk that is no number": POST % b"Transfer-Encoding: chunked\r\n" + b"zz\r\n{}\r\n",
    "no method known": GET.replace(b"GET", b"BREW") % (b"/fhir/Patient", b""),
    "a web socket": GET.replace(b"close", b"Upgrade")
    % (b"/fhir/Patient", b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"),
    "many cookies": GET % (b"/patients", b"Cookie: hygie=\xff" + b"; a=b" * 5_000 + b"\r\n"),
}


@pytest.mark.parametrize("what", ODDITIES)
def test_an_odd_request_is_refused_and_changes_nothing(house: House, what: str) -> None:
    """Guards: bytes from a stranger that stop the server or open a door."""
    before = house.resources()
    answer = house.exchange(ODDITIES[what], most=300)
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 303")), answer[:200]
    assert b"Traceback" not in answer
    assert house.resources() == before
    assert house.is_up()


def test_bodies_that_never_end_do_not_keep_others_waiting(house: House) -> None:
    """Guards: a handful of slow senders who take the server from everybody else."""
    bearer = f"Authorization: Bearer {house.tokens['all']}\r\n".encode()
    begun = POST % (bearer + b"Transfer-Encoding: chunked\r\n") + b'5\r\n{"res\r\n'
    before = house.resources()
    slow = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(40)]
    try:
        for connection in slow:
            connection.sendall(begun)
        started = time.monotonic()
        with house.client() as client:
            assert client.get("/Patient?_count=1").status_code == 200
        assert time.monotonic() - started < 5
    finally:
        for connection in slow:
            connection.close()
    assert house.is_up()
    assert house.resources() == before


def test_no_answer_tells_what_runs_here(house: House) -> None:
    """Guards: versions and paths given to whoever looks for a known hole."""
    for path in (b"/", b"/health", b"/fhir/metadata", b"/fhir/Patient", b"/nothing"):
        head = house.exchange(GET % (path, b""), most=65536).partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nserver:" not in head
        assert b"uvicorn" not in head
