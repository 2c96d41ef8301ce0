"""What the head of a FHIR message says, as its page shows it: nothing of the patient is in it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from hygie.intake.messaging.answer import code_of
from hygie.intake.messaging.heading import header_of, is_message, read_heading
from hygie.intake.reading import read_resource
from hygie.intake.values import Entry, Receipt
from hygie.refusal import Refused
from hygie.web.present.resources import say_type

Line = tuple[str, str]
"""Label and value."""
_MAX_SHOWN: Final = 200
_ANSWERS: Final = {
    "ok": "ok, le message est traité", "fatal-error": "fatal-error, avec la règle et l’endroit",
    None: "reçu (202) : elle vient au prochain envoi du même message",
}  # fmt: skip


def read_head(entry: Entry) -> tuple[Line, ...]:
    """Empty for what is no FHIR message, or cannot be read as one."""
    if entry.kind != "fhir" or entry.content is None or not entry.event.startswith("message^"):
        return ()
    try:
        bundle = read_resource(entry.content)
    except Refused:
        return ()
    return tuple(_lines(entry, bundle)) if is_message(bundle) else ()


def _lines(entry: Entry, bundle: dict[str, Any]) -> Iterable[Line]:
    heading, header = read_heading(bundle), header_of(bundle)
    coding = header.get("eventCoding")
    coding = coding if isinstance(coding, dict) else {"code": header.get("eventUri")}
    said = {
        "Événement": coding.get("code"),
        "Nommé par": coding.get("system"),
        "Émetteur": heading.name,
        "Son adresse": heading.endpoint,
        "Assemblé le": bundle.get("timestamp"),
        "Contenu": _counted(bundle),
        "Réponse": _ANSWERS.get(code_of(_receipt(entry)), ""),
    }
    for label, value in said.items():
        if isinstance(value, str) and value:
            yield label, value[:_MAX_SHOWN]


def _counted(bundle: dict[str, Any]) -> str:
    """What it holds, less the header."""
    listed = bundle.get("entry")
    entries = listed[1:] if isinstance(listed, list) else []
    found = (one.get("resource") for one in entries if isinstance(one, dict))
    kinds = (one.get("resourceType") for one in found if isinstance(one, dict))
    counts = Counter(say_type(kind) for kind in kinds if isinstance(kind, str))
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def _receipt(entry: Entry) -> Receipt:
    return Receipt(id=entry.id, state=entry.state, answered=entry.state)
