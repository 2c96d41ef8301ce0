"""The form of a source: its fields in order; from what is typed to what is declared, and back."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from hygie.intake.sources.declaration import Source
from hygie.refusal import Issue, Phrase
from hygie.web.present.form_fields import (
    FormField,
    Section,
    WayFields,
    Wrong,
    issue,
    read_field,
    say_value,
)

WAY: Final = Phrase("Choisissez la voie par laquelle elle envoie.", "Choose the way it sends by.")
_AFTER: Final = (("move", "les déplacer dans « traites »"), ("delete", "les supprimer"))
GENERAL: Final = (
    FormField("name", "Nom", hint="lettres sans accent, chiffres, - et _"),
    FormField("title", "Intitulé", hint="ce que c’est, pour vos collègues"),
    FormField("events", "Événements admis", "list", "ADT^A01, ADT^*… ; vide : tous"),
    FormField("charset", "Jeu de caractères", hint="à la place de MSH-18", places="charsets"),
    FormField("mapping", "Adaptations", hint="vide : aucune", places="mappings"),
    FormField("order", "Ordre des mouvements", "choice", choices=(
        ("lenient", "quel que soit l’ordre"), ("strict", "règles de ZBE exigées"))),
    FormField("acknowledge", "Accusé de réception", "choice", choices=(
        ("filed", "une fois le message classé"), ("received", "dès sa réception"))),
    FormField("business_acknowledgement", "Accusé métier, par la route", hint="vide : aucun"),
    FormField("messages_per_second", "Messages par seconde, au plus", "number", "0 : sans limite",
              default="0"),
    FormField("retention_days", "Conservation du contenu, jours", "whole", "0 : toujours",
              default="0"),
    FormField("silent_minutes", "Silence inhabituel, minutes", "whole",
              "0 : d’après ses habitudes", default="0"),
)  # fmt: skip
WAYS: Final = (
    WayFields("", "par imports seulement"),
    WayFields("mllp", "MLLP : elle se connecte ici", (
        FormField("mllp.port", "Port", "whole"),
        FormField("mllp.host", "Adresse d’écoute", default="127.0.0.1",
                  hint="0.0.0.0 : toutes"),
        FormField("mllp.peers", "Réseaux admis", "list", "vide : tous ceux qui atteignent le port"),
        FormField("mllp.connections", "Connexions, au plus", "whole", default="64"),
        FormField("mllp.tls.certificate", "TLS : certificat (PEM)", hint="vide : sans TLS"),
        FormField("mllp.tls.key", "TLS : clé (PEM)"),
        FormField("mllp.tls.authorities", "TLS : autorités des clients (PEM)",
                  hint="vide : sans certificat de client"),
    )),
    WayFields("http", "HTTP : elle poste à /hl7v2/NOM"),
    WayFields("folder", "Dossier : elle y dépose des fichiers", (
        FormField("folder.path", "Dossier"),
        FormField("folder.pattern", "Fichiers", default="*"),
        FormField("folder.after", "Après lecture", "choice", choices=_AFTER),
        FormField("folder.every_seconds", "Relevé, secondes", "number", default="2"),
        FormField("folder.keep_days", "Fichiers traités, gardés, jours", "whole",
                  hint="0 : toujours", default="0"),
        FormField("folder.keep_refused_days", "Fichiers refusés, gardés, jours", "whole",
                  hint="0 : toujours ; personne d’autre ne les a", default="0"),
    )),
    WayFields("sftp", "SFTP : Hygie va chercher des fichiers", (
        FormField("sftp.host", "Serveur"),
        FormField("sftp.port", "Port", "whole", default="22"),
        FormField("sftp.user", "Compte"),
        FormField("sftp.directory", "Dossier"),
        FormField("sftp.host_key", "Clé publique du serveur", hint="une ligne d’OpenSSH"),
        FormField("sftp.key_file", "Fichier de notre clé"),
        FormField("sftp.password_file", "Fichier du mot de passe", hint="sans clé seulement"),
        FormField("sftp.pattern", "Fichiers", default="*"),
        FormField("sftp.after", "Après lecture", "choice", choices=_AFTER),
        FormField("sftp.every_seconds", "Relevé, secondes", "number", default="60"),
        FormField("sftp.keep_days", "Fichiers traités, gardés, jours", "whole",
                  hint="0 : toujours", default="0"),
        FormField("sftp.keep_refused_days", "Fichiers refusés, gardés, jours", "whole",
                  hint="0 : toujours ; personne d’autre ne les a", default="0"),
    )),
)  # fmt: skip
_FIELDS: Final = {one.name: one for one in (*GENERAL, *(f for way in WAYS for f in way.fields))}
SECTIONS: Final = (
    Section("Par quelle voie", chooses="voie", ways=WAYS),
    Section("Ce qu’elle envoie", GENERAL),
)


def as_form(source: Source) -> dict[str, str]:
    """What the fields hold; `voie` and `running` beside."""
    way = source.way
    kind = "" if way is None else str(msgspec.to_builtins(way)["kind"])
    plain: dict[str, Any] = msgspec.to_builtins(source)
    form = {"voie": kind, "running": "oui" if source.running else ""}
    for name in _FIELDS:
        prefix, _, rest = name.partition(".")
        value: Any = plain if not rest else plain.get("way") or {}
        if rest and prefix != kind:
            continue
        for step in (rest or name).split("."):
            value = value.get(step) if isinstance(value, dict) else None
        form[name] = say_value(value)
    return form


def as_source(form: Mapping[str, str]) -> tuple[Source | None, Wrong]:
    """What was declared; or what of it cannot be read."""
    kind, wrong = form.get("voie", ""), Wrong()
    plain: dict[str, Any] = {"running": form.get("running") == "oui"}
    for name in (field.name for field in GENERAL):
        plain[name] = read_field(_FIELDS[name], form, wrong)
    known = next((way for way in WAYS if way.name == kind), None)
    if known is None:
        wrong["voie"] = [issue("way", WAY, "voie")]
    elif kind:
        plain["way"] = {"kind": kind} | _way(known, form, wrong)
    if wrong:
        return None, wrong
    return msgspec.convert(plain, Source), wrong


def fields_of(issues: Iterable[Issue], way: str) -> Wrong:
    """Refusals by the field they are about; those about none of the form's under ""."""
    wrong = Wrong()
    for one in issues:
        place = one.location.partition("[")[0]
        name = f"{way}.{place.removeprefix('way.')}" if place.startswith("way.") else place
        wrong.setdefault(name if name in _FIELDS else "", []).append(one)
    return wrong


def _way(known: WayFields, form: Mapping[str, str], wrong: Wrong) -> dict[str, Any]:
    found: dict[str, Any] = {}
    tls: dict[str, Any] = {}
    for field in known.fields:
        _, _, path = field.name.partition(".")
        value = read_field(field, form, wrong)
        if path.startswith("tls."):
            tls[path.removeprefix("tls.")] = value
        else:
            found[path] = value
    return found | ({"tls": tls} if any(tls.values()) else {})
