"""A declared source: who sends, by which way, in which dialect, and what is done with it. Pure."""

from typing import Final, Literal

import msgspec

Acknowledge = Literal["filed", "received"]
Order = Literal["lenient", "strict"]
After = Literal["move", "delete"]


class Tls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files of PEM. With `authorities`, a client must show a certificate signed by one of them."""

    certificate: str
    key: str
    authorities: str = ""


class Mllp(
    msgspec.Struct, frozen=True, kw_only=True, tag="mllp", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """We listen (MLLP release 1)."""

    port: int
    host: str = "127.0.0.1"
    tls: Tls | None = None
    peers: tuple[str, ...] = ()
    """Networks that may connect; any that reaches the address when empty."""
    connections: int = 64


class Http(
    msgspec.Struct, frozen=True, kw_only=True, tag="http", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """Posted by a machine client: to `/hl7v2/NAME`, FHIR messages to `/fhir/$process-message`."""


class Folder(
    msgspec.Struct, frozen=True, kw_only=True, tag="folder", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """Files that others put into a folder."""

    path: str
    pattern: str = "*"
    after: After = "move"
    """`move` keeps what was taken in the folder `traites` beside; what was refused goes to
    `refuses` in any case."""
    every_seconds: float = 2.0
    keep_days: int = 0
    """Days after which what lies in `traites` is removed; 0: never."""
    keep_refused_days: int = 0
    """The same of `refuses`, which nobody else may have."""


class Sftp(
    msgspec.Struct, frozen=True, kw_only=True, tag="sftp", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """Files that we fetch from a server of theirs."""

    host: str
    user: str
    directory: str
    host_key: str
    """The server's public key, one line of OpenSSH: nobody else is believed."""
    port: int = 22
    key_file: str = ""
    password_file: str = ""
    pattern: str = "*"
    after: After = "move"
    every_seconds: float = 60.0
    keep_days: int = 0
    keep_refused_days: int = 0


Way = Mllp | Http | Folder | Sftp


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a technician declares. The defaults are those of a source nobody has declared."""

    name: str
    """Letters, digits, `-`, `_`: stands in the inbox and in addresses of pages."""
    title: str = ""
    way: Way | None = None
    """None: it comes by imports only (`hygie ingest`)."""
    running: bool = True
    charset: str = ""
    """In place of MSH-18; empty: as MSH-18 says."""
    mapping: str = ""
    """Name of a set of adaptations; empty: none."""
    events: tuple[str, ...] = ()
    """Allowed, `ADT^A01` or `ADT^*`; all when empty. Others are quarantined."""
    order: Order = "lenient"
    """`lenient`: movements and merges may come in any order. `strict`: a movement that breaks the
    rules of ZBE by what was recorded before it, or a merge into somebody merged since, waits in
    quarantine."""
    acknowledge: Acknowledge = "filed"
    """When the application's acknowledgement leaves (original mode)."""
    business_acknowledgement: str = ""
    """Route by which `ZAM^Z01` goes back to the sender of documents; empty: none."""
    messages_per_second: float = 0.0
    """Beyond it, the sender is made to wait; 0: no bound."""
    retention_days: int = 0
    """After so many days the content of what was filed is removed, its entry stays; 0: never."""
    silent_minutes: int = 0
    """Silence that is unusual by day and by night; 0: learnt from what it sent before."""


UNDECLARED: Final = Source(name="")
