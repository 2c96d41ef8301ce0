"""What an administrator may set, read once at start.

Command-line options come first, then `HYGIE_*` environment variables, then the defaults here.
A doubtful value stops the program with a sentence, before anything is opened.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from hygie.limits.gateway import MAX_SETTLERS
from hygie.outbound.mailing import PORTS, Relay, Security, domain_of, read_relay
from hygie.outbound.permission import Permission, read_permission, read_sources
from hygie.outbound.trust import Identity, check_identity
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.scanning import read_clamd

BAD_SETTING = Phrase(
    fr="Le réglage {name} vaut « {value} » : {reason_fr}.",
    en="Setting {name} is “{value}”: {reason_en}.",
)
LISTENS = "HYGIE_LISTENS"
"""Where `hygie serve` listens, told by itself to its workers: what links are made with that nobody
asked for, without a public address."""
SCANNING = ("required", "if-available", "off")
VARIABLES = {
    "data": "HYGIE_DATA",
    "database_url": "HYGIE_DATABASE_URL",
    "master_key_file": "HYGIE_MASTER_KEY_FILE",
    "master_key_command": "HYGIE_MASTER_KEY_COMMAND",
    "time_zone": "HYGIE_TIME_ZONE",
    "public_url": "HYGIE_PUBLIC_URL",
    "tls_certificate": "HYGIE_TLS_CERTIFICATE",
    "tls_key": "HYGIE_TLS_KEY",
    "trusted_proxies": "HYGIE_TRUSTED_PROXIES",
    "second_factor": "HYGIE_SECOND_FACTOR",
    "password_words": "HYGIE_PASSWORD_WORDS",
    "word_search": "HYGIE_WORD_SEARCH",
    "outbound_allow": "HYGIE_OUTBOUND_ALLOW",
    "outbound_authorities": "HYGIE_OUTBOUND_AUTHORITIES",
    "import_sources": "HYGIE_IMPORT_SOURCES",
    "intake_folders": "HYGIE_INTAKE_FOLDERS",
    "gateway_secrets": "HYGIE_GATEWAY_SECRETS",
    "exchange_folders": "HYGIE_EXCHANGE_FOLDERS",
    "settlers": "HYGIE_SETTLERS",
    "clamd": "HYGIE_CLAMD",
    "scan": "HYGIE_SCAN",
    "smtp_host": "HYGIE_SMTP_HOST",
    "smtp_security": "HYGIE_SMTP_SECURITY",
    "smtp_sender": "HYGIE_SMTP_SENDER",
    "smtp_user": "HYGIE_SMTP_USER",
    "smtp_password_file": "HYGIE_SMTP_PASSWORD_FILE",
    "smtp_health_domains": "HYGIE_SMTP_HEALTH_DOMAINS",
}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where things are. Every field has its variable in `VARIABLES`."""

    data: Path = Path("hygie-data")
    """Directory of the embedded database and, by default, of the master key."""
    database_url: str = ""
    """`postgresql://…` of an own server (15 or later); empty for the embedded one."""
    master_key_file: Path | None = None
    """File of the 32-byte master key; `DATA/keys/master.key` by default. Or give the key itself, in
    base64 or hexadecimal, in `HYGIE_MASTER_KEY`."""
    master_key_command: str = ""
    """Command that prints the master key, run once at start without a shell: for a key service or
    a hardware module."""
    time_zone: str = "Europe/Paris"
    """Zone in which dates without one are read, and shown."""
    public_url: str = ""
    """Address people use when a proxy stands in front: `https://…`. Links are made with it, and
    cookies need HTTPS."""
    tls_certificate: Path | None = None
    """File of the server's certificate and those that vouch for it (PEM): Hygie then speaks HTTPS
    itself, and nothing else. Read at start."""
    tls_key: Path | None = None
    """File of its private key (PEM, without password), readable by nobody else."""
    trusted_proxies: str = "127.0.0.1,::1"
    """Addresses of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed,
    `address,network,…`; `none`: nobody's."""

    second_factor: str = "required"
    """`required`: roles that ask for a second factor have it set up at the first sign-in;
    `optional`: for demonstrations: whoever has set one up is asked for it, and pages say so."""
    password_words: str = ""
    """Words of the house on which no password may rest, `word,word,…`: its names, its town, its
    software. Beside those of any house, as « hopital » and « hygie »."""
    word_search: str = "on"
    """`on`: narratives and texts are searched by their words (`_text`, `_content`); `off`: nothing
    is filed of them, and such searches are refused. After a change, `hygie reindex`."""

    outbound_allow: str = ""
    """Where the house may send to beyond HTTPS on the Internet: `host[:port],network[:port],…`.
    What is internal, plain HTTP, and ports of other protocols are refused unless named here;
    link-local addresses and metadata services of clouds are refused in any case."""
    outbound_authorities: Path | None = None
    """File of certificates (PEM) of the authorities that are trusted beside the machine's own."""
    import_sources: str = ""
    """Hosts that `$import` may fetch from, `host[:port],…`; none by default. What is internal must
    stand in HYGIE_OUTBOUND_ALLOW as well."""
    intake_folders: str = ""
    """Directories below which sources may watch folders, with `:` between; `DATA/depots` by
    default."""
    gateway_secrets: str = ""
    """Directories below which sources and routes may name keys, certificates and files of
    passwords, with `:` between; `DATA/secrets` by default."""
    exchange_folders: str = ""
    """Directories below which routes may put files, with `:` between; `DATA/envois` by default."""
    settlers: str = ""
    """Processes that file messages, beside each of `hygie serve` that accepts them; they start with
    the first message. By default one for each core, at most 4. `0`: each files what it accepts."""
    clamd: str = ""
    """Where ClamAV's `clamd` listens, `unix:/path` or `tcp://host:port`: it scans every file that
    comes in: documents of messages, attachments, Binary resources. None: nothing is scanned."""
    scan: str = ""
    """`required`: no file is kept that was not scanned, and while `clamd` does not answer documents
    wait; `if-available`: they are then kept unscanned; `off`. By default `required` with
    HYGIE_CLAMD, else `off`."""
    smtp_host: str = ""
    """`host[:port]` of the mail relay. Without it, no mail is sent."""
    smtp_security: str = "starttls"
    """`starttls` (port 587), `tls` (465), or `none` (25), for a relay on the machine itself."""
    smtp_sender: str = ""
    """Mailbox that mails come from."""
    smtp_user: str = ""
    """Name under which the relay knows the house, if it asks."""
    smtp_password_file: Path | None = None
    """File that holds the password for it."""
    smtp_health_domains: str = ""
    """Domains of mailboxes to which health data may be sent, `apicrypt.example,…`: those of
    MSSanté. To all others goes only word that there is news."""

    @property
    def behind_https(self) -> bool:
        return self.public_url.startswith("https://") or self.tls_certificate is not None

    @property
    def house_words(self) -> tuple[str, ...]:
        return tuple(word for word in self.password_words.split(",") if word.strip())

    @property
    def proxies(self) -> tuple[str, ...]:
        """Addresses and networks of the proxies that are believed."""
        if self.trusted_proxies == "none":
            return ()
        return tuple(place.strip() for place in self.trusted_proxies.split(",") if place.strip())

    @property
    def base(self) -> str:
        """The base URL of FHIR, for those who did not ask us by any address."""
        listens = os.environ.get(LISTENS, "http://localhost")
        return f"{(self.public_url or listens).rstrip('/')}/fhir"

    @property
    def scanning(self) -> str:
        """Whether files must be scanned: `required`, `if-available` or `off`."""
        return self.scan or ("required" if self.clamd else "off")

    @property
    def words(self) -> bool:
        return self.word_search == "on"

    @property
    def deposits(self) -> tuple[Path, ...]:
        """Where folders may be watched."""
        return _directories(self.intake_folders) or (self.data / "depots",)

    @property
    def secrets(self) -> tuple[Path, ...]:
        """Where the gateway's keys, certificates and passwords lie."""
        return _directories(self.gateway_secrets) or (self.data / "secrets",)

    @property
    def dispatches(self) -> tuple[Path, ...]:
        """Where routes may put files."""
        return _directories(self.exchange_folders) or (self.data / "envois",)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def outbound(self) -> Permission:
        """Where the house may send to."""
        return read_permission(self.outbound_allow, self.public_url)

    @property
    def relay(self) -> Relay | None:
        """The mail relay, with its password read from its file; None without one."""
        if not self.smtp_host:
            return None
        security: Security = self.smtp_security  # type: ignore[assignment] # checked at load
        host, port = read_relay(self.smtp_host, security)
        file = self.smtp_password_file
        return Relay(
            host=host,
            port=port,
            security=security,
            sender=self.smtp_sender,
            user=self.smtp_user,
            password=file.read_text().strip() if file is not None else "",
            health_domains=frozenset(
                domain.strip().lower() for domain in self.smtp_health_domains.split(",") if domain
            ),
            authorities=self.outbound_authorities,
        )

    @property
    def key_file(self) -> Path:
        return self.master_key_file or self.data / "keys" / "master.key"


def load(environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """Settings from the options given (None means "not given") and the environment."""
    values = {name: environment[v] for name, v in VARIABLES.items() if environment.get(v)}
    values |= {name: str(value) for name, value in given.items() if value is not None}
    settings = msgspec.convert(_with_paths(values), Settings)
    _check(settings)
    return settings


def _with_paths(values: Mapping[str, str]) -> dict[str, Any]:
    paths = {
        "data", "master_key_file", "outbound_authorities", "smtp_password_file",
        "tls_certificate", "tls_key",
    }  # fmt: skip
    return {n: Path(v).expanduser().absolute() if n in paths else v for n, v in values.items()}


def _check(settings: Settings) -> None:
    url = settings.database_url
    if url and not url.startswith(("postgresql://", "postgres://")):
        # The value may hold a password: only its beginning is shown.
        _refuse("database_url", url[:12] + "…", "il faut postgresql://…", "expected postgresql://…")
    if settings.public_url and not settings.public_url.startswith(("https://", "http://")):
        _refuse("public_url", settings.public_url, "il faut https://…", "expected https://…")
    if settings.master_key_file is not None and settings.master_key_command:
        _refuse(
            "master_key_command", "…", "HYGIE_MASTER_KEY_FILE l’est aussi ; gardez l’un des deux",
            "HYGIE_MASTER_KEY_FILE is set too; keep one of them",
        )  # fmt: skip
    if settings.second_factor not in ("required", "optional"):
        _refuse("second_factor", settings.second_factor, "il faut required ou optional",
                "expected required or optional")  # fmt: skip
    if settings.word_search not in ("on", "off"):
        _refuse("word_search", settings.word_search, "il faut on ou off", "expected on or off")
    _check_scanning(settings)
    _check_outbound(settings)
    _check_transport(settings)
    try:
        _ = settings.zone
    except (ZoneInfoNotFoundError, ValueError):
        _refuse("time_zone", settings.time_zone, "fuseau inconnu", "unknown time zone")


def _check_scanning(settings: Settings) -> None:
    if settings.clamd:
        with _blaming("clamd", settings.clamd):
            read_clamd(settings.clamd)
    if settings.scanning not in SCANNING:
        known = ", ".join(SCANNING)
        _refuse("scan", settings.scan, f"il faut {known}", f"expected {known}")
    if settings.scanning != "off" and not settings.clamd:
        _refuse("scan", settings.scan, "HYGIE_CLAMD ne dit pas où est l’antivirus",
                "HYGIE_CLAMD does not say where the scanner is")  # fmt: skip


def _check_outbound(settings: Settings) -> None:
    for name, file in (
        ("outbound_authorities", settings.outbound_authorities),
        ("smtp_password_file", settings.smtp_password_file),
    ):
        if file is not None and not file.is_file():
            _refuse(name, str(file), "pas de tel fichier", "no such file")
    for name, text in (
        ("intake_folders", settings.intake_folders),
        ("gateway_secrets", settings.gateway_secrets),
        ("exchange_folders", settings.exchange_folders),
    ):
        if not all(directory.is_absolute() for directory in _directories(text)):
            _refuse(name, text, "il faut des chemins complets (/…)", "expected whole paths (/…)")
    with _blaming("outbound_allow", settings.outbound_allow):
        read_permission(settings.outbound_allow)
    with _blaming("import_sources", settings.import_sources):
        read_sources(settings.import_sources)
    with _blaming("public_url", settings.public_url):
        read_permission("", settings.public_url)
    count = settings.settlers
    if count and (not count.isdecimal() or int(count) > MAX_SETTLERS):
        _refuse("settlers", count, f"il faut un nombre de 0 à {MAX_SETTLERS}",
                f"expected a number from 0 to {MAX_SETTLERS}")  # fmt: skip
    if settings.smtp_host:
        _check_mail(settings)


def _check_transport(settings: Settings) -> None:
    certificate, key = settings.tls_certificate, settings.tls_key
    if (certificate is None) != (key is None):
        missing = "tls_key" if key is None else "tls_certificate"
        _refuse(missing, "", "il faut le certificat et sa clé", "a certificate goes with its key")
    if certificate is not None and key is not None:
        with _blaming("tls_certificate", str(certificate)):
            check_identity(Identity(certificate, key))
    for place in settings.proxies:
        try:
            ip_network(place)
        except ValueError:
            _refuse("trusted_proxies", place, "il faut des adresses ou des réseaux, ou none",
                    "expected addresses or networks, or none")  # fmt: skip


def _directories(text: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in text.split(os.pathsep) if part)


def _check_mail(settings: Settings) -> None:
    if settings.smtp_security not in PORTS:
        known = ", ".join(PORTS)
        _refuse("smtp_security", settings.smtp_security, f"il faut {known}", f"expected {known}")
    if settings.smtp_security == "none" and settings.smtp_password_file is not None:
        _refuse("smtp_security", "none", "un mot de passe ne part pas en clair",
                "a password is not sent in clear")  # fmt: skip
    with _blaming("smtp_host", settings.smtp_host):
        read_relay(settings.smtp_host, "tls")
    with _blaming("smtp_sender", settings.smtp_sender):
        domain_of(settings.smtp_sender)


@contextmanager
def _blaming(name: str, value: str) -> Iterator[None]:
    """What is refused is said of that setting."""
    try:
        yield
    except Refused as refused:
        issue = refused.refusal.issues[0]
        _refuse(name, value, issue.text("fr").rstrip("."), issue.text("en").rstrip("."))


def _refuse(name: str, value: str, reason_fr: str, reason_en: str) -> None:
    raise refuse(
        Category.INVALID,
        "settings.value",
        BAD_SETTING,
        name=VARIABLES[name],
        value=value,
        reason_fr=reason_fr,
        reason_en=reason_en,
    )
