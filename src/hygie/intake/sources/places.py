"""Faults of the files, folders and servers that a declaration names."""

import os
import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from hygie.files import real
from hygie.intake.sources import phrases
from hygie.intake.sources.declaration import Folder, Sftp, Source, Tls
from hygie.intake.sources.faults import fault, path_fault, path_of, text_faults, within
from hygie.intake.sources.ground import Ground, is_below, named
from hygie.limits.gateway import MAX_KEEP_DAYS
from hygie.outbound.place import read_host
from hygie.refusal import Issue, Refused


def tls_faults(tls: Tls | None, ground: Ground) -> Iterator[Issue]:
    if tls is None:
        return
    found = [
        *_secret_faults("way.tls.certificate", tls.certificate, ground),
        *_secret_faults("way.tls.key", tls.key, ground),
        *(
            _secret_faults("way.tls.authorities", tls.authorities, ground)
            if tls.authorities
            else ()
        ),
    ]
    yield from found or _unusable(tls)


def folder_faults(way: Folder, others: Sequence[Source], ground: Ground) -> Iterator[Issue]:
    yield from within("way.every_seconds", way.every_seconds, 0.1, 86_400)
    yield from _days_faults(way)
    yield from _pattern_faults(way.pattern)
    path = path_of(way.path)
    if path is None:
        yield path_fault("way.path", way.path)
    elif not is_below(path, ground.folders):
        yield fault("folders", phrases.FOLDERS, "way.path", allowed=named(ground.folders))
    elif not path.is_dir() or not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield fault("folder", phrases.FOLDER, "way.path")
    else:
        for other in others:
            if isinstance(other.way, Folder) and _overlap(path, Path(other.way.path)):
                yield fault("folder-taken", phrases.FOLDER_TAKEN, "way.path", other=other.name)


def sftp_faults(way: Sftp, others: Sequence[Source], ground: Ground) -> Iterator[Issue]:
    yield from within("way.port", way.port, 1, 65_535)
    yield from within("way.every_seconds", way.every_seconds, 1, 86_400)
    yield from _days_faults(way)
    yield from _pattern_faults(way.pattern)
    yield from text_faults("way.directory", way.directory)
    try:
        read_host(way.host)
    except Refused:
        yield fault("server", phrases.SERVER, "way.host", value=way.host[:80])
    if not way.user:
        yield fault("user", phrases.USER, "way.user")
    yield from text_faults("way.user", way.user)
    if not _is_host_key(way.host_key):
        yield fault("host-key", phrases.HOST_KEY, "way.host_key")
    if not (way.key_file or way.password_file):
        yield fault("credential", phrases.CREDENTIAL, "way.key_file")
    for name, file in (("key_file", way.key_file), ("password_file", way.password_file)):
        if file:
            yield from _secret_faults(f"way.{name}", file, ground)
    for other in others:
        if isinstance(other.way, Sftp) and _place(way) == _place(other.way):
            yield fault("folder-taken", phrases.FOLDER_TAKEN, "way.directory", other=other.name)


def _days_faults(way: Folder | Sftp) -> Iterator[Issue]:
    yield from within("way.keep_days", way.keep_days, 0, MAX_KEEP_DAYS)
    yield from within("way.keep_refused_days", way.keep_refused_days, 0, MAX_KEEP_DAYS)


def _place(way: Sftp) -> tuple[str, int, str, str]:
    return way.host.lower(), way.port, way.user, way.directory.rstrip("/")


def _pattern_faults(pattern: str) -> Iterator[Issue]:
    if not pattern or "/" in pattern or not pattern.isprintable() or len(pattern) > 200:
        yield fault("pattern", phrases.PATTERN, "way.pattern", value=pattern[:80])


def _secret_faults(location: str, text: str, ground: Ground) -> Iterator[Issue]:
    path = path_of(text)
    if path is None:
        yield path_fault(location, text)
    elif not is_below(path, ground.secrets):
        yield fault("secrets", phrases.SECRETS, location, allowed=named(ground.secrets))
    elif not path.is_file() or not os.access(path, os.R_OK):
        yield fault("file", phrases.FILE, location)


def _unusable(tls: Tls) -> Iterator[Issue]:
    """What OpenSSL says of the files. Nobody is asked for the password of a key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(tls.certificate, tls.key, password="")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        yield fault("tls", phrases.TLS, "way.tls.key", reason=str(reason))
    if tls.authorities:
        try:
            context.load_verify_locations(tls.authorities)
        except (OSError, ValueError):
            yield fault("authorities", phrases.AUTHORITIES, "way.tls.authorities")


def _overlap(one: Path, other: Path) -> bool:
    first, second = real(one), real(other)
    if first is None or second is None:  # a folder that is none any more
        return False
    return first.is_relative_to(second) or second.is_relative_to(first)


def _is_host_key(text: str) -> bool:
    """By itself it proves nothing: it is what the server will be held against."""
    try:
        load_ssh_public_key(text.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        return False
    return "\n" not in text.strip()
