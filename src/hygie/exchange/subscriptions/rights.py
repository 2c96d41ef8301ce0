"""On whose behalf a subscription stands, and what that allows: as it was written, and today.

A subscription has the rights of the token with which its present version was written. It loses them
when that token is revoked. When it has expired, the client's other tokens go on for it, for what
both grant: clients replace their tokens by the next.
"""

from dataclasses import dataclass, field

import msgspec

from hygie.access import Scopes, parse_scopes
from hygie.access.standing import Standing
from hygie.sight import NOTHING, Sight
from hygie.trace import Context, Sealer


class Author(msgspec.Struct, frozen=True):
    """Who wrote a subscription. Sealed at rest, bound to its row."""

    token: int
    name: str
    scopes: str

    def context(self, sight: Sight = NOTHING) -> Context:
        """In whose name a notification gives something out, and what may be seen for it."""
        return Context(
            actor=self.name, kind="client", purpose="HOPERAT", token=self.token, sight=sight
        )


def seal_author(sealer: Sealer, key: int, author: Author) -> bytes:
    return sealer.seal(msgspec.json.encode(author), f"subscription {key}")


def open_author(sealer: Sealer, key: int, sealed: bytes) -> Author:
    return msgspec.json.decode(sealer.open(sealed, f"subscription {key}"), type=Author)


@dataclass(frozen=True, slots=True)
class Rights:
    """What an author may be told of, as of the standing it is asked with."""

    then: Scopes
    now: tuple[Scopes, ...]
    _known: dict[tuple[str, str], bool] = field(default_factory=dict, compare=False, repr=False)

    def allow(self, type_: str, letters: str = "rs") -> bool:
        """Being told of a type is to read it, and to learn which resources meet criteria. A scope
        that a search narrows does not give that."""
        found = self._known.get((type_, letters))
        if found is None:
            found = self._known[type_, letters] = all(
                self.then.whole(type_, one) and any(now.whole(type_, one) for now in self.now)
                for one in letters
            )
        return found

    @property
    def sight(self) -> Sight:
        """What may be looked at for a notification: what was granted then, and still is."""
        now = Scopes(tuple(grain for one in self.now for grain in one.grains))
        return self.then.sight.meet(now.sight)


NONE = Rights(Scopes(), ())


def rights_of(author: Author, standing: Standing) -> Rights:
    """Nothing, once the token was revoked or no token of the client is in force."""
    if standing.is_revoked(author.token):
        return NONE
    return Rights(parse_scopes(author.scopes), standing.scopes_of(author.name))


class Judge:
    """What authors may be told of, asked for once each while the tokens stand as they do."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._known: dict[Author, Rights] = {}

    def __call__(self, author: Author) -> Rights:
        found = self._known.get(author)
        if found is None:
            found = self._known[author] = rights_of(author, self._standing)
        return found

    async def refresh(self, *, at_once: bool = False) -> None:
        """Looks at the tokens again, at most once in a while unless it has to be `at_once`."""
        if await self._standing.refresh(at_once=at_once):
            self._known.clear()
