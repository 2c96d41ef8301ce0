"""What an administrator may set, read once at start.

Command-line options come first, then `HYGIE_*` environment variables, then the defaults here.
A doubtful value stops the program with a sentence, before anything is opened.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from hygie.outbound.permission import Permission, read_permission
from hygie.refusal import Category, Phrase, Refused, refuse

BAD_SETTING = Phrase(
    fr="Le réglage {name} vaut « {value} » : {reason_fr}.",
    en="Setting {name} is “{value}”: {reason_en}.",
)
LISTENS = "HYGIE_LISTENS"
"""Where `hygie serve` listens, told by itself to its workers: what links are made with that nobody
asked for, without a public address."""
VARIABLES = {
    "data": "HYGIE_DATA",
    "database_url": "HYGIE_DATABASE_URL",
    "master_key_file": "HYGIE_MASTER_KEY_FILE",
    "master_key_command": "HYGIE_MASTER_KEY_COMMAND",
    "time_zone": "HYGIE_TIME_ZONE",
    "public_url": "HYGIE_PUBLIC_URL",
    "word_search": "HYGIE_WORD_SEARCH",
    "outbound_allow": "HYGIE_OUTBOUND_ALLOW",
    "outbound_authorities": "HYGIE_OUTBOUND_AUTHORITIES",
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

    word_search: str = "on"
    """`on`: narratives and texts are searched by their words (`_text`, `_content`); `off`: nothing
    is filed of them, and such searches are refused. After a change, `hygie reindex`."""

    outbound_allow: str = ""
    """Where the house may send to beyond HTTPS on the Internet: `host[:port],network[:port],…`.
    What is internal, plain HTTP, and ports of other protocols are refused unless named here;
    link-local addresses and metadata services of clouds are refused in any case."""
    outbound_authorities: Path | None = None
    """File of certificates (PEM) of the authorities that are trusted beside the machine's own."""

    @property
    def behind_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def base(self) -> str:
        """The base URL of FHIR, for those who did not ask us by any address."""
        listens = os.environ.get(LISTENS, "http://localhost")
        return f"{(self.public_url or listens).rstrip('/')}/fhir"

    @property
    def words(self) -> bool:
        return self.word_search == "on"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def outbound(self) -> Permission:
        """Where the house may send to."""
        return read_permission(self.outbound_allow, self.public_url)

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
    paths = {"data", "master_key_file", "outbound_authorities"}
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
    if settings.word_search not in ("on", "off"):
        _refuse("word_search", settings.word_search, "il faut on ou off", "expected on or off")
    _check_outbound(settings)
    try:
        _ = settings.zone
    except (ZoneInfoNotFoundError, ValueError):
        _refuse("time_zone", settings.time_zone, "fuseau inconnu", "unknown time zone")


def _check_outbound(settings: Settings) -> None:
    given = {"outbound_allow": (settings.outbound_allow,), "public_url": ("", settings.public_url)}
    for name, texts in given.items():
        try:
            read_permission(*texts)
        except Refused as refused:
            issue = refused.refusal.issues[0]
            fr, en = issue.text("fr").rstrip("."), issue.text("en").rstrip(".")
            _refuse(name, getattr(settings, name), fr, en)
    file = settings.outbound_authorities
    if file is not None and not file.is_file():
        _refuse("outbound_authorities", str(file), "pas de tel fichier", "no such file")


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
