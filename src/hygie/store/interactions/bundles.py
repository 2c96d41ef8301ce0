"""Bundles as bytes: bodies are joined, never decoded (R4 §2.36)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final

import msgspec

from hygie.store.contract import Page, StoredResource
from hygie.store.interactions.excerpts import Excerpt

Link = tuple[str, str]
"""Relation and URL."""
REASONS: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry of a batch or transaction came to."""

    status: int
    stored: StoredResource | None = None
    """Gives location, etag and lastModified."""
    resource: bytes = b""
    outcome: bytes = b""


def instant(moment: datetime) -> str:
    """UTC, in milliseconds, as `meta.lastUpdated` is written."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def text(value: str) -> bytes:
    return msgspec.json.encode(value)


def search_bundle(
    page: Page, links: Sequence[Link], base: str, excerpt: Excerpt | None, outcome: bytes = b""
) -> bytes:
    """A searchset. `outcome`: an OperationOutcome with the search's warnings."""
    entries = _found(page.matches, base, b"match", excerpt)
    entries += _found(page.included, base, b"include", excerpt)
    if outcome:
        entries.append(b'{"resource":%b,"search":{"mode":"outcome"}}' % outcome)
    return _bundle(b"searchset", entries, links, page.total)


def history_bundle(page: Page, links: Sequence[Link], base: str) -> bytes:
    entries = [_version(stored, base) for stored in page.matches]
    return _bundle(b"history", entries, links, page.total)


def response_bundle(kind: str, answers: Iterable[Answer], base: str) -> bytes:
    """`kind`: "transaction" or "batch". A version met again goes without its URL (bdl-7)."""
    named: set[bytes] = set()
    entries = [_answer(answer, base, named) for answer in answers]
    return _bundle(f"{kind}-response".encode(), entries, (), None)


def _bundle(kind: bytes, entries: list[bytes], links: Sequence[Link], total: int | None) -> bytes:
    """The entries are joined with what goes around them in one copy: they may be megabytes."""
    parts = [b'{"resourceType":"Bundle"', b'"type":"%b"' % kind]
    if total is not None:
        parts.append(b'"total":%d' % total)
    if links:
        parts.append(b'"link":[%b]' % b",".join(_link(*link) for link in links))
    if entries:
        parts.append(b'"entry":[' + entries[0])
        parts += entries[1:]
        parts[-1] += b"]"
    parts[-1] += b"}"
    return b",".join(parts)


def _link(relation: str, url: str) -> bytes:
    return b'{"relation":"%b","url":%b}' % (relation.encode(), text(url))


def _full_url(stored: StoredResource, base: str) -> bytes:
    return text(f"{base}/{stored.type}/{stored.id}")


def _found(
    found: Sequence[StoredResource], base: str, mode: bytes, excerpt: Excerpt | None
) -> list[bytes]:
    starts = {kind: text(f"{base}/{kind}/")[:-1] for kind in {stored.type for stored in found}}
    return [
        b'{"fullUrl":%b%b","resource":%b,"search":{"mode":"%b"}}'
        % (
            starts[stored.type],
            stored.id.encode(),  # letters, digits, "-" and ".": JSON has nothing to escape
            excerpt(stored.body) if excerpt else stored.body,
            mode,
        )
        for stored in found
    ]


def _version(stored: StoredResource, base: str) -> bytes:
    """R4 §3.1.0.10. Which verb made a version is not kept: a first version counts as a create."""
    method, url, status = "PUT", f"{stored.type}/{stored.id}", 200
    if stored.deleted:
        method, status = "DELETE", 204
    elif stored.version == 1:
        method, url, status = "POST", stored.type, 201
    body = b'"resource":%b,' % stored.body if not stored.deleted else b""
    return b'{"fullUrl":%b,%b"request":{"method":"%b","url":%b},"response":%b}' % (
        _full_url(stored, base),
        body,
        method.encode(),
        text(url),
        _response(Answer(status=status, stored=stored)),
    )


def _answer(answer: Answer, base: str, named: set[bytes]) -> bytes:
    parts = []
    if answer.stored is not None and not answer.stored.deleted:
        url = _full_url(answer.stored, base)
        version = b"%b %d" % (url, answer.stored.version)
        if version not in named:
            named.add(version)
            parts.append(b'"fullUrl":' + url)
    if answer.resource:
        parts.append(b'"resource":' + answer.resource)
    parts.append(b'"response":' + _response(answer))
    return b"{%b}" % b",".join(parts)


def _response(answer: Answer) -> bytes:
    parts = [b'"status":"%b"' % REASONS[answer.status].encode()]
    stored = answer.stored
    if stored is not None:
        location = f"{stored.type}/{stored.id}/_history/{stored.version}"
        parts += [
            b'"location":%b' % text(location),
            b'"etag":"W/\\"%d\\""' % stored.version,
            b'"lastModified":"%b"' % instant(stored.updated).encode(),
        ]
    if answer.outcome:
        parts.append(b'"outcome":' + answer.outcome)
    return b"{%b}" % b",".join(parts)
