"""Whether a declaration can be right: every fault of it, with its place and what to do."""

import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address, ip_network
from typing import Final

from hygie.hl7v2.charsets import CHARACTER_SETS
from hygie.intake.sources import phrases
from hygie.intake.sources.declaration import Folder, Mllp, Sftp, Source
from hygie.intake.sources.faults import fault, text_faults, within
from hygie.intake.sources.ground import Ground
from hygie.intake.sources.patterns import means_something
from hygie.intake.sources.places import folder_faults, sftp_faults, tls_faults
from hygie.limits import gateway as limits
from hygie.refusal import Issue

_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - to compare with


def faults(source: Source, others: Sequence[Source], ground: Ground) -> list[Issue]:
    """Those of a declaration beside the other declared ones; none when it may stand. Looks at the
    files it names."""
    found = [*_general(source, ground)]
    match source.way:
        case Mllp() as way:
            found += [*_mllp(way, others), *tls_faults(way.tls, ground)]
        case Folder() as way:
            found += folder_faults(way, others, ground)
        case Sftp() as way:
            found += sftp_faults(way, others, ground)
    return found


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and len(text) <= limits.MAX_NAME_CHARACTERS


def _general(source: Source, ground: Ground) -> Iterator[Issue]:
    if not is_name(source.name):
        yield fault("name", phrases.NAME, "name", limit=str(limits.MAX_NAME_CHARACTERS))
    yield from text_faults("title", source.title)
    if source.charset and source.charset not in CHARACTER_SETS:
        known = ", ".join(sorted(CHARACTER_SETS))
        yield fault("charset", phrases.CHARSET, "charset", value=source.charset[:40], known=known)
    if source.mapping and source.mapping not in (known_sets := ground.mappings()):
        names = ", ".join(sorted(known_sets)) or "-"
        yield fault("mapping", phrases.MAPPING, "mapping", value=source.mapping[:64], known=names)
    for number, pattern in enumerate(source.events):
        if not means_something(pattern):
            yield fault("event", phrases.EVENT, f"events[{number}]", value=pattern[:40])
    if source.business_acknowledgement and not is_name(source.business_acknowledgement):
        limit = str(limits.MAX_NAME_CHARACTERS)
        yield fault("name", phrases.NAME, "business_acknowledgement", limit=limit)
    yield from within("messages_per_second", source.messages_per_second, 0, 100_000)
    yield from within("retention_days", source.retention_days, 0, limits.MAX_RETENTION_DAYS)
    yield from within("silent_minutes", source.silent_minutes, 0, limits.MAX_SILENT_MINUTES)


def _mllp(way: Mllp, others: Sequence[Source]) -> Iterator[Issue]:
    yield from within("way.port", way.port, 1, 65_535)
    yield from within("way.connections", way.connections, 1, limits.MAX_LISTENER_CONNECTIONS)
    try:
        ip_address(way.host)
    except ValueError:
        yield fault("host", phrases.HOST, "way.host", value=way.host[:80])
    for number, peer in enumerate(way.peers):
        try:
            ip_network(peer, strict=False)
        except ValueError:
            yield fault("peer", phrases.PEER, f"way.peers[{number}]", value=peer[:80])
    for other in others:
        if isinstance(other.way, Mllp) and _meet(way, other.way):
            port = str(way.port)
            yield fault("port", phrases.PORT_TAKEN, "way.port", other=other.name, port=port)


def _meet(one: Mllp, other: Mllp) -> bool:
    hosts = {one.host, other.host}
    return one.port == other.port and (len(hosts) == 1 or bool(hosts & _EVERYWHERE))
