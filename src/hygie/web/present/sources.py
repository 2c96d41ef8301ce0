"""A declaration of a source, said in French: its summary, its history."""

from collections.abc import Iterable
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.intake.sources.addresses import MESSAGING, hl7v2_address
from hygie.intake.sources.declaration import Http, Source
from hygie.store.declarations import Revision
from hygie.web.present.dates import Moment, say_moment
from hygie.web.present.flowing import say_way

NAMES: Final = {
    "title": "Intitulé", "running": "En marche", "charset": "Jeu de caractères",
    "mapping": "Adaptations", "events": "Événements admis", "order": "Ordre des mouvements",
    "acknowledge": "Accusé", "business_acknowledgement": "Accusé métier, par la route",
    "messages_per_second": "Messages par seconde, au plus", "retention_days": "Conservation, jours",
    "silent_minutes": "Silence inhabituel, minutes", "way.port": "Port", "way.host": "Adresse",
    "way.peers": "Réseaux admis", "way.connections": "Connexions, au plus",
    "way.tls.certificate": "Certificat", "way.tls.key": "Clé",
    "way.tls.authorities": "Autorités des clients", "way.path": "Dossier",
    "way.pattern": "Fichiers", "way.after": "Après lecture",
    "way.keep_days": "Fichiers traités, gardés, jours",
    "way.keep_refused_days": "Fichiers refusés, gardés, jours",
    "way.every_seconds": "Relevé, secondes", "way.user": "Compte", "way.directory": "Dossier",
    "way.host_key": "Clé du serveur", "way.key_file": "Fichier de clé",
    "way.password_file": "Fichier du mot de passe",
}  # fmt: skip
"""Path within the declaration -> what it is called on pages."""
VALUES: Final = {
    "lenient": "quel que soit l’ordre", "strict": "règles de ZBE exigées",
    "filed": "une fois classé", "received": "dès réception", "move": "déplacés",
    "delete": "supprimés", "True": "oui", "False": "non",
}  # fmt: skip


def read_summary(source: Source) -> list[tuple[str, str]]:
    """What is declared, less what is as by default."""
    standing = {"order", "acknowledge"}
    default = dict(_flat(msgspec.to_builtins(Source(name=source.name)), ""))
    lines = [("Voie", say_way(source))]
    if isinstance(source.way, Http):
        lines += [
            ("Messages HL7 v2", f"POST {hl7v2_address(source.name)}, portée hl7v2/{source.name}"),
            ("Messages FHIR", f"POST {MESSAGING}, portée message/{source.name}"),
        ]
    for path, value in _flat(msgspec.to_builtins(source), ""):
        if path in NAMES and value and (path in standing or default.get(path) != value):
            lines.append((NAMES[path], VALUES.get(value, value)))
    return lines


def read_history(past: Iterable[Revision[Source]], zone: ZoneInfo) -> list[tuple[str, str]]:
    """When and by whom; what changed since the version before. Newest first."""
    versions = list(past)
    lines = []
    for rank, one in enumerate(versions):
        older = versions[rank + 1].value if rank + 1 < len(versions) else None
        when = f"Version {one.version}, {say_moment(Moment(one.at.astimezone(zone)))}, "
        lines.append((f"{when}{one.by}", _change(older, one.value)))
    return lines


def _change(older: Source | None, newer: Source | None) -> str:
    if newer is None:
        return "retirée"
    if older is None:
        return "déclarée"
    before = dict(_flat(msgspec.to_builtins(older), ""))
    after = dict(_flat(msgspec.to_builtins(newer), ""))
    changed = [
        f"{NAMES.get(path, path)} : {VALUES.get(text, text) or 'vide'}"
        for path, text in after.items() if before.get(path) != text
    ]  # fmt: skip
    gone = [f"{NAMES.get(path, path)} : vide" for path in before if path not in after]
    return " ; ".join(changed + gone) or "inchangée"


def _flat(value: Any, path: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _flat(child, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        yield path, ", ".join(map(str, value))
    else:
        yield path, "" if value is None else str(value)
