"""Who may connect, and how many at once: counted over all sources of the process."""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from time import monotonic
from typing import Final, Protocol

UNPROVEN_SECONDS: Final = 10.0
"""A connection on which no message has come for so long gives way to a new one."""


class Guest(Protocol):
    since: float
    """When it came, by `time.monotonic`."""
    proven: bool
    """A message has come on it."""

    def give_way(self) -> None:
        """Ends the connection at once, without an answer."""
        ...


class Doors:
    """Of all sources together: at most `most` connections."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._guests: dict[Guest, None] = {}

    def __len__(self) -> int:
        return len(self._guests)

    def door(self, most: int, peers: tuple[str, ...]) -> "Door":
        return Door(self, most, peers)

    def enter(self, guest: Guest) -> bool:
        if len(self._guests) >= self._most and not _make_room(self._guests):
            return False
        self._guests[guest] = None
        return True

    def leave(self, guest: Guest) -> None:
        self._guests.pop(guest, None)


class Door:
    """Of one source: at most `most` connections, from the networks `peers` (any when empty)."""

    def __init__(self, doors: Doors, most: int, peers: tuple[str, ...]) -> None:
        self._doors = doors
        self._most = most
        self._networks = [ip_network(peer, strict=False) for peer in peers]
        self.guests: dict[Guest, None] = {}

    def allows(self, address: str) -> bool:
        """Whether somebody at this address may connect."""
        return not self._networks or _among(address, self._networks)

    def enter(self, guest: Guest) -> bool:
        """Whether there is room. Who has sent nothing for long gives way to who comes."""
        if len(self.guests) >= self._most and not _make_room(self.guests):
            return False
        if not self._doors.enter(guest):
            return False
        self.guests[guest] = None
        return True

    def leave(self, guest: Guest) -> None:
        self.guests.pop(guest, None)
        self._doors.leave(guest)

    def __len__(self) -> int:
        return len(self.guests)

    def __iter__(self) -> Iterator[Guest]:
        return iter(tuple(self.guests))


def _make_room(guests: dict[Guest, None]) -> bool:
    """Ends the first of those who came long ago and sent nothing."""
    latest = monotonic() - UNPROVEN_SECONDS
    for guest in guests:
        if not guest.proven and guest.since < latest:
            guest.give_way()
            return True
    return False


def _among(address: str, networks: list[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network for network in networks)
