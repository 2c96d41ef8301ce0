"""All tokens as they stand: for who acts on behalf of clients that are not there to show theirs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from hygie.access.model import Clock, Connection, Token, utc_now
from hygie.access.scopes import Scopes, parse_scopes
from hygie.access.smart.machines import Machines
from hygie.access.tokens import Tokens
from hygie.limits import CLIENT_CACHE_SECONDS
from hygie.sight import NOTHING, Sight
from hygie.trace import Sealer

CHANGED: Final = "SELECT max(id), count(*), count(revoked) FROM hygie.token"
FRESH: Final = timedelta(seconds=CLIENT_CACHE_SECONDS)


class _Grant(NamedTuple):
    expires: datetime
    scopes: Scopes


class Standing:
    """What clients may do now, as of the last `refresh`. For the tasks of one event loop.

    A revocation counts within `CLIENT_CACHE_SECONDS`, expiry at its instant: as for requests.
    """

    def __init__(self, pool: Connection, sealer: Sealer, clock: Clock = utc_now) -> None:
        self._pool = pool
        self._tokens = Tokens(sealer)
        self._machines = Machines(sealer)
        self._clock = clock
        self._state: object = None
        self._read = datetime.min.replace(tzinfo=clock().tzinfo)
        self._revoked: frozenset[int] = frozenset()
        self._expires: dict[int, datetime] = {}
        self._grants: dict[str, list[_Grant]] = {}

    async def refresh(self, *, at_once: bool = False) -> bool:
        """Reads what changed, at most once in a while: one statement when nothing did. Whether it
        was time to: what was concluded before is to be concluded again."""
        now = self._clock()
        if not at_once and timedelta(0) <= now - self._read < FRESH:
            return False
        state = await self._pool.fetchrow(CHANGED)
        if state != self._state:
            self._take(await self._tokens.all(self._pool))
            self._state = state
        self._read = now
        return True

    def in_force(self, token: int) -> bool:
        """Whether a token is neither revoked nor expired."""
        expires = self._expires.get(token)
        return expires is not None and self._clock() < expires

    def is_revoked(self, token: int) -> bool:
        return token in self._revoked

    async def scopes_of_token(self, token: int) -> Scopes:
        """What one token grants, whether or not it is in force; nothing for one there never was."""
        found = await self._tokens.one(self._pool, token)
        return parse_scopes(found.scopes) if found else Scopes()

    async def sight_of_token(self, token: int) -> Sight:
        """What one token gives to see, in force or expired; nothing once it is revoked."""
        found = await self._tokens.one(self._pool, token)
        if found is None:
            return (await self._machines.scopes(self._pool, token)).sight
        return NOTHING if found.revoked is not None else parse_scopes(found.scopes).sight

    def scopes_of(self, name: str) -> tuple[Scopes, ...]:
        """Of each token in force that a client of this name bears."""
        now = self._clock()
        return tuple(one.scopes for one in self._grants.get(name, ()) if now < one.expires)

    def _take(self, tokens: Iterable[Token]) -> None:
        revoked, grants = set(), dict[str, list[_Grant]]()
        self._expires = {}
        for token in tokens:
            if token.revoked is not None:
                revoked.add(token.id)
            else:
                grant = _Grant(token.expires, parse_scopes(token.scopes))
                self._expires[token.id] = token.expires
                grants.setdefault(token.name, []).append(grant)
        self._revoked, self._grants = frozenset(revoked), grants
