"""The form of a route: its fields in order; from what is typed to what is declared, and back."""

from collections.abc import Mapping
from typing import Any, Final, get_args

import msgspec

from hygie.exchange.routes.declaration import Charset, Route, Version
from hygie.refusal import Phrase
from hygie.web.present.form_fields import (
    FormField,
    Section,
    WayFields,
    Wrong,
    issue,
    read_field,
    say_value,
)

UNREADABLE: Final = Phrase(
    "Cette condition ne se lit pas : écrivez PV1-2=I,O ; PV1-3.1=2210.",
    "This condition cannot be read: write PV1-2=I,O ; PV1-3.1=2210.",
)
CHOOSE: Final = Phrase("Choisissez dans la liste.", "Choose from the list.")
CERTIFICATE: Final = "vide : aucun ; si le destinataire en demande un"
CONTENTS: Final = (
    WayFields("", "accusés métier seulement"),
    WayFields("forward", "fait suivre ce qui est arrivé", (
        FormField("forward.sources", "Des sources", "list", "vide : toutes"),
        FormField("forward.events", "Événements", "list", "ADT^A01, ADT^*… ; vide : tous"),
        FormField("forward.where", "Où", hint="PV1-2=I,O ; PV1-3.1=2210"),
    )),
    WayFields("produce", "produit des messages de ce qui change", (
        FormField("produce.messages", "Messages", "list", "adt, oru, mdm",
                  default="adt oru mdm"),
        FormField("produce.criteria", "Critères", hint="Encounter?class=IMP ; …"),
        FormField("produce.units", "Unités (UF)", "list", "vide : toutes"),
        FormField("produce.except_sources", "Sauf ce qui vient de", "list"),
    )),
)  # fmt: skip
WAYS: Final = (
    WayFields("folder", "dossier", (FormField("folder.path", "Dossier"),)),
    WayFields("mllp", "MLLP : Hygie se connecte", (
        FormField("mllp.host", "Serveur"),
        FormField("mllp.port", "Port", "whole", default="2575"),
        FormField("mllp.tls", "TLS", "choice", choices=(("non", "non"), ("oui", "oui"))),
        FormField("mllp.certificate", "Notre certificat", hint=CERTIFICATE),
        FormField("mllp.key", "Sa clé"),
        FormField("mllp.connections", "Connexions", "whole", default="1"),
    )),
    WayFields("http", "HTTP : Hygie poste", (
        FormField("http.url", "Adresse"),
        FormField("http.token_file", "Fichier du jeton", hint="vide : sans jeton"),
        FormField("http.certificate", "Notre certificat", hint=CERTIFICATE),
        FormField("http.key", "Sa clé"),
        FormField("http.connections", "Connexions", "whole", default="1"),
    )),
)  # fmt: skip
GENERAL: Final = (
    FormField("name", "Nom", hint="lettres sans accent, chiffres, - et _"),
    FormField("title", "Intitulé", hint="ce que c’est, pour vos collègues"),
    FormField("adaptations", "Adaptations", hint="vide : aucune", places="mappings"),
    FormField("timeout_seconds", "Attente d’une réponse, secondes", "number", default="30"),
    FormField("retention_days", "Conservation de ce qui est remis, jours", "whole",
              "0 : toujours", default="0"),
)  # fmt: skip
HEADER: Final = (
    FormField("header.application", "MSH-3, application émettrice"),
    FormField("header.facility", "MSH-4, établissement émetteur"),
    FormField("header.receiving_application", "MSH-5, application réceptrice"),
    FormField("header.receiving_facility", "MSH-6, établissement récepteur"),
    FormField("header.version", "MSH-12, version", "choice",
              choices=(("", "telle quelle"), *((one, one) for one in get_args(Version)))),
    FormField("header.charset", "MSH-18, jeu de caractères", "choice",
              choices=(("", "tel quel"), *((one, one) for one in get_args(Charset)))),
    FormField("header.processing", "MSH-11, mode", "choice", choices=(
        ("", "tel quel"), ("P", "production"), ("T", "essai"), ("D", "mise au point"))),
)  # fmt: skip
SECTIONS: Final = (
    Section("Ce qui part", chooses="envoi", ways=CONTENTS),
    Section("Vers qui", chooses="voie", ways=WAYS),
    Section("La route", GENERAL),
    Section("En-tête des messages", HEADER),
)


def as_form(route: Route) -> dict[str, str]:
    """What the fields hold; `envoi`, `voie` and `running` beside."""
    plain: dict[str, Any] = msgspec.to_builtins(route)
    content, destination = plain["content"] or {}, plain["destination"]
    kind, way = content.get("kind", ""), destination["kind"]
    form = {"envoi": kind, "voie": way, "running": "oui" if route.running else ""}
    form |= {field.name: say_value(plain[field.name]) for field in GENERAL}
    form |= {f"header.{name}": text for name, text in plain["header"].items()}
    form |= {f"{way}.{name}": say_value(value) for name, value in destination.items()}
    form |= {f"{kind}.{name}": say_value(value) for name, value in content.items()}
    for name, text in (destination.get("client") or {}).items():
        form[f"{way}.{name}"] = text
    form["mllp.tls"] = "oui" if destination.get("tls") else "non"
    form["produce.criteria"] = " ; ".join(content.get("criteria", ()))
    form["forward.where"] = " ; ".join(
        f"{one['field']}={','.join(one['values'])}" for one in content.get("where", ())
    )
    return form


def as_route(form: Mapping[str, str]) -> tuple[Route | None, Wrong]:
    """What was declared; or what of it cannot be read."""
    wrong = Wrong()
    plain: dict[str, Any] = {field.name: read_field(field, form, wrong) for field in GENERAL}
    plain["running"] = form.get("running") == "oui"
    plain["header"] = {
        field.name.partition(".")[2]: read_field(field, form, wrong) for field in HEADER
    }
    if content := _chosen("envoi", CONTENTS, form, wrong):
        plain["content"] = {"kind": form["envoi"]} | _content(content, wrong)
    plain["destination"] = {"kind": form.get("voie")} | _destination(
        _chosen("voie", WAYS, form, wrong)
    )
    if wrong:
        return None, wrong
    try:
        return msgspec.convert(plain, Route), wrong
    except msgspec.ValidationError:
        return None, {"envoi": [issue("choice", CHOOSE, "envoi")]}


def _chosen(
    name: str, ways: tuple[WayFields, ...], form: Mapping[str, str], wrong: Wrong
) -> dict[str, Any]:
    known = next((way for way in ways if way.name == form.get(name, "")), None)
    if known is None:
        wrong[name] = [issue("choice", CHOOSE, name)]
        return {}
    return {field.name.partition(".")[2]: read_field(field, form, wrong) for field in known.fields}


def _destination(typed: dict[str, Any]) -> dict[str, Any]:
    if typed.get("tls"):
        typed["tls"] = typed["tls"] == "oui"
    shown = {name: typed.pop(name) for name in ("certificate", "key") if name in typed}
    return typed | {"client": shown} if any(shown.values()) else typed


def _content(content: dict[str, Any], wrong: Wrong) -> dict[str, Any]:
    if "criteria" in content:
        content["criteria"] = [one.strip() for one in content["criteria"].split(";") if one.strip()]
    if "where" in content:
        conditions = [one.strip() for one in content["where"].split(";") if one.strip()]
        content["where"] = [_condition(one, wrong) for one in conditions]
    return content


def _condition(text: str, wrong: Wrong) -> dict[str, Any]:
    field, _, values = text.partition("=")
    found = [one.strip() for one in values.split(",") if one.strip()]
    if not found:
        wrong["forward.where"] = [issue("condition", UNREADABLE, "forward.where")]
    return {"field": field.strip(), "values": found}
