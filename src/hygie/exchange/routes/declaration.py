"""A declared route: what leaves, how it is written, where it goes. Pure."""

import re
from typing import Final, Literal

import msgspec

Kind = Literal["adt", "oru", "mdm"]
Charset = Literal["UNICODE UTF-8", "8859/1", "8859/15", "ASCII"]
Version = Literal["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8"]
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
FIELD: Final = re.compile(r"[A-Z][A-Z0-9]{2}-\d{1,3}(\.\d{1,2}(\.\d{1,2})?)?")
EVENT: Final = re.compile(r"[A-Z0-9]{3}\^([A-Z0-9]{3}|\*)")


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a message forwarded: some repetition of a field says one of these."""

    field: str
    """`PV1-2`, `PV1-3.1`, `PID-3.4.2`: segment, field, component, subcomponent."""
    values: tuple[str, ...]


class Forward(
    msgspec.Struct, frozen=True, kw_only=True, tag="forward", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """What came in and was filed, or kept, as it came."""

    sources: tuple[str, ...] = ()
    """Names of sources; all when empty."""
    events: tuple[str, ...] = ()
    """`ADT^A01` or `ADT^*`; all when empty."""
    where: tuple[Condition, ...] = ()
    """All of them are to hold."""


class Produce(
    msgspec.Struct, frozen=True, kw_only=True, tag="produce", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """Messages made of what changes in the store, whoever changed it."""

    messages: tuple[Kind, ...] = ("adt", "oru", "mdm")
    """`adt`: patients, merges and stays; `oru`: reports and results; `mdm`: documents."""
    criteria: tuple[str, ...] = ()
    """Searches (`Encounter?class=IMP`): a change of a type that one names must meet one of them."""
    units: tuple[str, ...] = ()
    """Codes of units (UF): stays, and what belongs to one, only where it is in one of them."""
    except_sources: tuple[str, ...] = ()
    """What came from these is not told: so that two houses do not echo each other."""


class Client(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What we show to a destination that asks who we are: files of PEM, below a directory that
    HYGIE_GATEWAY_SECRETS names."""

    certificate: str
    """With those that vouch for it, if the destination does not know them."""
    key: str


class Mllp(
    msgspec.Struct, frozen=True, kw_only=True, tag="mllp", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """We connect (MLLP release 1), and wait for each message's acknowledgement."""

    host: str
    port: int = 2575
    tls: bool = False
    """The server's certificate is verified, by `host`."""
    client: Client | None = None
    """None: we show no certificate. With TLS only."""
    connections: int = 1
    """At once, each with the messages of other patients."""


class Http(
    msgspec.Struct, frozen=True, kw_only=True, tag="http", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """We post (HL7 over HTTP): the acknowledgement is the body of the answer."""

    url: str
    token_file: str = ""
    """Its text is the bearer token. Below a directory that HYGIE_GATEWAY_SECRETS names."""
    client: Client | None = None
    """None: we show no certificate. With https only."""
    connections: int = 1


class Folder(
    msgspec.Struct, frozen=True, kw_only=True, tag="folder", tag_field="kind",
    forbid_unknown_fields=True,
):  # fmt: skip
    """One file a message, whole as soon as it can be seen under its name."""

    path: str
    """Below a directory that HYGIE_EXCHANGE_FOLDERS names."""


Destination = Mllp | Http | Folder


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """MSH of what leaves. Empty: as it came; HYGIE for the application of what is made here."""

    application: str = ""
    facility: str = ""
    receiving_application: str = ""
    receiving_facility: str = ""
    version: Version | Literal[""] = ""
    charset: Charset | Literal[""] = ""
    processing: Literal["P", "T", "D", ""] = ""


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a technician declares."""

    name: str
    """Letters, digits, `-`, `_`: stands in addresses of pages, and in names of files."""
    title: str = ""
    running: bool = True
    """A route that does not run goes on gathering what is to leave; nothing is sent."""
    content: Forward | Produce | None = None
    """None: only what others give it: business acknowledgements."""
    adaptations: str = ""
    """Name of a set of adaptations; empty: none."""
    destination: Destination
    header: Header = Header()
    timeout_seconds: float = 30.0
    """For an answer."""
    retention_days: int = 0
    """After so many days the content of what was sent is removed, its row stays; 0: never."""
