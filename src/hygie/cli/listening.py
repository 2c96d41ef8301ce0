"""The port that several workers listen on, each with a socket of its own.

Workers that share one socket do not share the work: whichever wakes first accepts every connection
that waits, and clients keep theirs open. With a socket each (SO_REUSEPORT) the kernel deals
connections out among them.
"""

import socket
from typing import Self


class Port(socket.socket):
    """An address reserved here, and listened to wherever it is sent to: each process that unpickles
    it has a socket of its own, bound to the same address. Linux lets only processes of one user
    join in."""

    @classmethod
    def at(cls, host: str, port: int) -> Self:
        """Raises OSError when the address is taken or is not this machine's."""
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = cls(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            made.bind(address)
        except OSError:
            made.close()
            raise
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return Port.at, self.getsockname()[:2]
