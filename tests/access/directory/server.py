"""Debian's slapd, as whoever runs the tests, in a directory of its own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.authority import Authority

SLAPD = "/usr/sbin/slapd"
SCHEMA = Path("/etc/ldap/schema")
MODULES = "/usr/lib/ldap"
BASE = "dc=clinique,dc=fr"
PEOPLE = f"ou=personnes,{BASE}"
GROUPS = f"ou=groupes,{BASE}"
ADMIN = f"cn=admin,{BASE}"
READER = f"cn=hygie,{BASE}"
PASSWORD = "Lecture-Seule-2026"
MISSING = "slapd (Debian's package) is not on this machine"
AD = r"""
# Active Directory's, as far as they are read (Microsoft's own OIDs).
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName'
    EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch
    SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP top AUXILIARY
    MAY ( sAMAccountName $ objectGUID $ userAccountControl ) )
"""


class Slapd:
    """A server; `change` as its administrator."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self.folder = folder
        self.port, self.tls_port = _free(), _free()
        self.ca = authority.file
        self._process: subprocess.Popen[bytes] | None = None
        certificate, key = authority.sign("slapd")
        (folder / "db").mkdir()
        (folder / "ad.schema").write_text(AD)
        schemas = [SCHEMA / f"{one}.schema" for one in ("core", "cosine", "inetorgperson")]
        (folder / "slapd.conf").write_text("\n".join([
            *(f"include {one}" for one in (*schemas, folder / "ad.schema")),
            f"modulepath {MODULES}", "moduleload back_mdb", "moduleload memberof",
            f"pidfile {folder}/pid", f"TLSCertificateFile {certificate}",
            f"TLSCertificateKeyFile {key}", "sizelimit size.soft=unlimited size.hard=unlimited",
            "database mdb", "maxsize 1073741824", f"suffix {BASE}", f"rootdn {ADMIN}",
            f"rootpw {PASSWORD}", f"directory {folder}/db", "dbnosync",
            "overlay memberof", "memberof-refint TRUE",
            "access to attrs=userPassword by * auth",
            f'access to * by dn.exact="{READER}" read by * auth', "",
        ]))  # fmt: skip

    @property
    def url(self) -> str:
        return f"ldaps://localhost:{self.tls_port}"

    def start(self) -> None:
        addresses = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [SLAPD, "-f", self.folder / "slapd.conf", "-h", addresses, "-d", "0"],
                stdout=log, stderr=log,
            )  # fmt: skip
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            try:
                socket.create_connection(("127.0.0.1", self.tls_port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)
            self._process = None

    def change(self, ldif: str) -> None:
        """LDIF with `changetype`, or entries to add."""
        done = subprocess.run(
            ["ldapmodify", "-a", "-x", "-H", f"ldap://127.0.0.1:{self.port}", "-D", ADMIN,
             "-w", PASSWORD],
            input=ldif, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def add(self, uid: str, cn: str, **more: str) -> str:
        """A person; its distinguished name."""
        dn = f"uid={uid},{PEOPLE}"
        self.change(person(uid, cn, **more))
        return dn

    def join(self, group: str, dn: str) -> None:
        self.change(_member("add", group, dn))

    def leave(self, group: str, dn: str) -> None:
        self.change(_member("delete", group, dn))

    def delete(self, dn: str) -> None:
        self.change(f"dn: {dn}\nchangetype: delete\n")


def person(uid: str, cn: str, **more: str) -> str:
    lines = [f"dn: uid={uid},{PEOPLE}", "objectClass: inetOrgPerson", f"cn: {cn}", "sn: X",
             f"displayName: {cn}", f"uid: {uid}"]  # fmt: skip
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in more.items()), "\n"])


def group(name: str, members: Iterable[str] = ()) -> str:
    lines = [f"dn: cn={name},{GROUPS}", "objectClass: groupOfNames", f"member: {ADMIN}"]
    return "\n".join([*lines, *(f"member: {one}" for one in members), "\n"])


def _member(what: str, name: str, dn: str) -> str:
    return f"dn: cn={name},{GROUPS}\nchangetype: modify\n{what}: member\nmember: {dn}\n"


SKELETON = "\n".join([
    f"dn: {BASE}", "objectClass: dcObject", "objectClass: organization", "o: Clinique", "",
    f"dn: {READER}", "objectClass: organizationalRole", "objectClass: simpleSecurityObject",
    f"userPassword: {PASSWORD}", "",
    f"dn: {PEOPLE}", "objectClass: organizationalUnit", "",
    f"dn: {GROUPS}", "objectClass: organizationalUnit", "", "",
])  # fmt: skip


@contextmanager
def running(folder: Path) -> Iterator[Slapd]:
    folder.mkdir(parents=True, exist_ok=True)
    server = Slapd(folder, Authority(folder, "clinique"))
    server.start()
    try:
        server.change(SKELETON)
        server.change(group("medecins") + group("infirmiers") + group("informatique"))
        yield server
    finally:
        server.stop()


def available() -> bool:
    return os.access(SLAPD, os.X_OK) and shutil.which("ldapmodify") is not None


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
