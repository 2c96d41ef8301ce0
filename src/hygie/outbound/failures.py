"""From what goes wrong on the network to a refusal: BUSY when it may go better another time."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp

from hygie.outbound.phrases import NOT_HTTP, TOO_SLOW, UNREACHABLE, UNTRUSTED
from hygie.refusal import Category, Phrase, Refused, refuse

_UNTRUSTED = (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError, ssl.SSLError)
_NOT_HTTP = (aiohttp.ClientResponseError, aiohttp.ClientPayloadError, aiohttp.InvalidURL)


@contextmanager
def said_of(host: str, seconds: float) -> Iterator[None]:
    """Names what `host` did wrong; nothing of what it sent, or was sent, is repeated."""
    try:
        yield
    except _UNTRUSTED:
        raise failed("outbound.untrusted", UNTRUSTED, host) from None
    except TimeoutError:
        raise failed("outbound.slow", TOO_SLOW, host, seconds=f"{seconds:g}") from None
    except _NOT_HTTP:
        raise failed("outbound.not-http", NOT_HTTP, host) from None
    except (OSError, EOFError, aiohttp.ClientError):
        raise failed("outbound.unreachable", UNREACHABLE, host) from None


def failed(rule: str, phrase: Phrase, host: str, **details: str) -> Refused:
    return refuse(Category.BUSY, rule, phrase, code="transient", host=host, **details)
