"""Clients kept for a few seconds."""

from datetime import UTC, datetime, timedelta

from hygie.access.cache import ClientCache
from hygie.access.model import Client
from hygie.access.scopes import parse_scopes
from hygie.limits import CLIENT_CACHE_ENTRIES, CLIENT_CACHE_SECONDS

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SCOPES = parse_scopes("system/*.r")
CLIENT = Client(token=1, name="lab", scopes=SCOPES, expires=NOW, sight=SCOPES.sight)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_client_is_forgotten_in_time() -> None:
    """Guards: a revoked token honoured for longer than announced."""
    cache = ClientCache()
    cache.put(b"a", CLIENT, NOW, cache.cleared)
    assert cache.get(b"a", after(CLIENT_CACHE_SECONDS - 0.001)) == CLIENT
    assert cache.get(b"a", after(CLIENT_CACHE_SECONDS)) is None


def test_a_clock_set_back_keeps_nothing_alive() -> None:
    """Guards: a revoked token honoured for an hour when summer ends."""
    cache = ClientCache()
    cache.put(b"a", CLIENT, NOW, cache.cleared)
    assert cache.get(b"a", after(-3600)) is None


def test_memory_is_bounded() -> None:
    """Guards: a server filled by clients."""
    cache = ClientCache()
    for number in range(CLIENT_CACHE_ENTRIES + 10):
        cache.put(number.to_bytes(4), CLIENT, NOW, cache.cleared)
    kept = [n for n in range(CLIENT_CACHE_ENTRIES + 10) if cache.get(n.to_bytes(4), NOW)]
    assert kept == list(range(10, CLIENT_CACHE_ENTRIES + 10))


def test_clear_forgets_all() -> None:
    """Guards: a token honoured after it was revoked here."""
    cache = ClientCache()
    cache.put(b"a", CLIENT, NOW, cache.cleared)
    cache.clear()
    assert cache.get(b"a", NOW) is None


def test_what_was_read_before_is_not_kept_after() -> None:
    """Guards: a token revoked while it was being looked up, honoured a moment longer."""
    cache = ClientCache()
    before = cache.cleared
    cache.clear()
    cache.put(b"a", CLIENT, NOW, before)
    assert cache.get(b"a", NOW) is None
