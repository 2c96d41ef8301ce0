"""Declarations that cannot be right: each refused at its place, in both languages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from hygie.intake.sources.checking import faults
from hygie.intake.sources.declaration import Folder, Mllp, Sftp, Source, Tls
from hygie.intake.sources.ground import Ground
from hygie.intake.sources.patterns import allows, means_something

HOST_KEY = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(
    serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
).decode()  # fmt: skip


def found(source, ground, *others) -> dict[str, str]:
    """Place -> rule, once every sentence could be filled in."""
    issues = faults(source, others, ground)
    assert all(issue.text(language) for issue in issues for language in ("fr", "en"))
    return {issue.location: issue.rule for issue in issues}


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"name": ""}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "é"}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"title": "a\nb"}, "title"),
        ({"charset": "EBCDIC"}, "charset"),
        ({"mapping": "absente"}, "mapping"),
        ({"events": ("ADT^A01", "ADT")}, ""),
        ({"events": ("ADT^A01", "adt^a01")}, "events[1]"),
        ({"messages_per_second": float("nan")}, "messages_per_second"),
        ({"messages_per_second": -1.0}, "messages_per_second"),
        ({"retention_days": -1}, "retention_days"),
        ({"silent_minutes": 10**9}, "silent_minutes"),
        ({"mapping": "labo", "charset": "8859/1", "events": ("ORU^R01", "CDA", "Bundle")}, ""),
    ],
)
def test_what_every_source_declares(ground, values, place):
    """Guards: a mistake that shows only when the first message comes."""
    source = Source(**{"name": "gam"} | values)
    assert list(found(source, ground)) == ([place] if place else [])


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"port": 0}, "way.port"),
        ({"port": 65_536}, "way.port"),
        ({"host": "exemple.fr"}, "way.host"),
        ({"peers": ("10.0.0.0/8", "10.0.0.0/99")}, "way.peers[1]"),
        ({"connections": 0}, "way.connections"),
        ({"host": "0.0.0.0", "peers": ("10.1.2.3", "fd00::/8")}, ""),
    ],
)
def test_a_listener(ground, values, place):
    """Guards: a port that cannot be opened, or opened to all for want of a readable network."""
    source = Source(name="gam", way=Mllp(**{"port": 2575} | values))
    assert list(found(source, ground)) == ([place] if place else [])


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "0.0.0.0", True),
        ("10.0.0.1", "10.0.0.2", False),
    ],
)
def test_two_listeners_on_one_port(ground, one, other, meet):
    """Guards: a source that never starts since another has its port."""
    first = Source(name="a", way=Mllp(port=2575, host=one))
    second = Source(name="b", way=Mllp(port=2575, host=other))
    assert found(second, ground, first) == ({"way.port": "source.port"} if meet else {})


def test_a_folder_lies_where_the_administrator_allows_it(ground, tmp_path):
    """Guards: somebody who may declare sources, and reads any file of the machine so."""

    def rule(path):
        return found(Source(name="labo", way=Folder(path=str(path))), ground).get("way.path")

    inside = tmp_path / "depots" / "labo"
    inside.mkdir()
    (tmp_path / "depots" / "link").symlink_to(tmp_path / "elsewhere")
    assert rule(inside) is None
    assert rule(tmp_path / "elsewhere") == "source.folders"
    assert rule(tmp_path / "depots" / "link") == "source.folders"
    assert rule(tmp_path / "depots" / "labo" / ".." / ".." / "elsewhere") == "source.path"
    assert rule("depots/labo") == "source.path"
    assert rule(f"{inside}\0") == "source.path"
    assert rule(tmp_path / "depots" / "absent") == "source.folder"


def test_a_folder_is_one_source_s(ground, deposit, tmp_path):
    """Guards: two listeners that take each other's files."""
    inside = tmp_path / "depots" / "labo" / "jour"
    labo = deposit("labo")
    inside.mkdir()
    other = Source(name="jour", way=Folder(path=str(inside)))
    assert found(other, ground, labo) == {"way.path": "source.folder-taken"}
    assert found(deposit("laboratoire"), ground, labo) == {}


@pytest.mark.parametrize("pattern", ["", "../*", "a/b", "*\n"])
def test_a_pattern_names_files_of_the_folder_alone(ground, deposit, pattern):
    """Guards: a pattern that leads out of the folder."""
    source = deposit("labo")
    way = msgspec.structs.replace(source.way, pattern=pattern)
    assert "way.pattern" in found(msgspec.structs.replace(source, way=way), ground)


def server(ground, **values) -> Sftp:
    key = ground.secrets[0] / "sftp"
    key.write_text("key")
    return Sftp(**{"host": "sftp.labo.example", "user": "hygie", "directory": "/out",
                   "host_key": HOST_KEY, "key_file": str(key)} | values)  # fmt: skip


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({}, ""),
        ({"host": "http://labo"}, "way.host"),
        ({"user": ""}, "way.user"),
        ({"directory": "a\nb"}, "way.directory"),
        ({"host_key": "ssh-ed25519 AAAA"}, "way.host_key"),
        ({"host_key": HOST_KEY + "\n" + HOST_KEY}, "way.host_key"),
        ({"key_file": ""}, "way.key_file"),
        ({"key_file": "/etc/passwd"}, "way.key_file"),
        ({"password_file": "/etc/passwd"}, "way.password_file"),
        ({"every_seconds": 0.0}, "way.every_seconds"),
        ({"keep_days": -1}, "way.keep_days"),
        ({"keep_refused_days": 40_000}, "way.keep_refused_days"),
    ],
)
def test_a_server_to_fetch_from(ground, values, place):
    """Guards: any file of the machine sent away as a password; a server that anybody may play."""
    source = Source(name="labo", way=server(ground, **values))
    assert list(found(source, ground)) == ([place] if place else [])


def pair(folder: Path, name: str) -> Tls:
    """A certificate of its own and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ))  # fmt: skip
    return Tls(certificate=str(folder / f"{name}.pem"), key=str(folder / f"{name}.key"))


def test_certificates_are_tried_before_they_are_needed(ground):
    """Guards: a listener that cannot start for a key of another certificate."""
    one, other = pair(ground.secrets[0], "un"), pair(ground.secrets[0], "deux")

    def wrong(tls):
        return found(Source(name="gam", way=Mllp(port=2575, tls=tls)), ground)

    assert wrong(one) == {}
    assert wrong(Tls(certificate=one.certificate, key=one.key, authorities=one.certificate)) == {}
    assert wrong(Tls(certificate=one.certificate, key=other.key)) == {"way.tls.key": "source.tls"}
    assert wrong(Tls(certificate=one.certificate, key=one.key, authorities=one.key)) == {
        "way.tls.authorities": "source.authorities"
    }
    assert wrong(Tls(certificate="/etc/hostname", key=one.key)) == {
        "way.tls.certificate": "source.secrets"
    }
    assert wrong(Tls(certificate=one.certificate, key=one.key + ".absent")) == {
        "way.tls.key": "source.file"
    }


@pytest.mark.parametrize(
    "pattern", ["ADT^A01", "ADT^*", "ADT^Z99", "ORU", "ZAM^Z01", "CDA", "Patient"]
)
def test_patterns_that_name_messages(pattern):
    """Guards: an event of a French hospital that cannot be allowed."""
    assert means_something(pattern)


@pytest.mark.parametrize(
    "pattern", ["*", "ADT^A99", "XYZ^A01", "ADT^", "ADT^A01^ADT_A01", "Malade"]
)
def test_patterns_that_name_nothing(pattern):
    """Guards: a source closed to everything by a slip of the pen."""
    assert not means_something(pattern)


@given(st.sampled_from(["ADT^A01", "ADT^A02", "ORU^R01", "ORU", "CDA"]),
       st.lists(st.sampled_from(["ADT^A01", "ADT^*", "ORU^R01", "CDA"])))  # fmt: skip
def test_what_is_allowed(event, patterns):
    """Guards: an event let in, or kept out, against what was declared."""
    expected = not patterns or event in patterns or (event[:4] == "ADT^" and "ADT^*" in patterns)
    assert allows(patterns, event) is expected


def test_nothing_is_wrong_with_the_least_that_can_be_said():
    """Guards: a check that asks for what has a default."""
    assert faults(Source(name="gam"), [], Ground((), ())) == []
