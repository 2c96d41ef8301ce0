"""What this room says."""

from hygie.limits import MAX_MESSAGE_BYTES
from hygie.refusal import Category, Issue, Phrase, Refused, refuse

PORT = Phrase(
    "Impossible d’écouter sur {address} : {reason}. Nouvel essai dans quelques secondes.",
    "Cannot listen on {address}: {reason}. It is tried again in a few seconds.",
)
PORT_TAKEN = Phrase(
    "le port est déjà pris par un autre programme", "the port is taken by another program"
)
PORT_FORBIDDEN = Phrase(
    "ce port est réservé par le système (choisissez-en un au-dessus de 1023)",
    "this port is reserved by the system (choose one above 1023)",
)
NO_ADDRESS = Phrase(
    "cette adresse n’est pas celle de cette machine", "this address is not one of this machine"
)
OTHER_REASON = Phrase("le système le refuse ({code})", "the system refuses it ({code})")
CERTIFICATE = Phrase(
    "Le certificat, sa clé ou les autorités ne peuvent pas être lus : vérifiez les fichiers"
    " déclarés.",
    "The certificate, its key or the authorities cannot be read: check the declared files.",
)
NOT_FRAMED = Phrase(
    "Un correspondant envoie des octets hors de toute trame MLLP : il ne parle pas MLLP, ou pas"
    " avec le même chiffrement (TLS). Sa connexion a été fermée ; rien n’a été accepté.",
    "A peer sends bytes outside of any MLLP frame: it does not speak MLLP, or not with the same"
    " encryption (TLS). Its connection was closed; nothing was accepted.",
)
TURNED_AWAY = Phrase(
    "Une connexion a été refusée : elle vient d’une adresse qui n’est pas déclarée ({address}).",
    "A connection was refused: it comes from an address that is not declared ({address}).",
)
FULL = Phrase(
    "Une connexion a été refusée : il y en a déjà {count} sur cette source, ou trop en tout.",
    "A connection was refused: there are already {count} of this source, or too many in all.",
)
NO_CERTIFICATE = Phrase(
    "Une connexion a été refusée : le chiffrement n’a pas pu être établi, ou le certificat du"
    " correspondant n’est pas signé par une autorité déclarée.",
    "A connection was refused: encryption could not be established, or the peer’s certificate is"
    " not signed by a declared authority.",
)
FAILED = Phrase(
    "L’écoute s’est arrêtée sur une erreur imprévue d’Hygie ({error}). Nouvel essai dans quelques"
    " secondes.",
    "Listening ended by an unexpected error of Hygie ({error}). It is tried again in a few"
    " seconds.",
)
TOO_LONG = Phrase(
    "Le message dépasse la limite de {limit} octets : il n’a pas été gardé.",
    "The message passes the limit of {limit} bytes: it was not kept.",
)


def trouble(rule: str, phrase: Phrase, **details: str) -> Issue:
    """Of a listener, for those who look after it."""
    return Issue(
        severity="warning", code="processing", rule=f"listening.{rule}", phrase=phrase,
        details=details,
    )  # fmt: skip


def too_long() -> Refused:
    return refuse(
        Category.TOO_LARGE, "hl7.size", TOO_LONG, code="too-long", limit=str(MAX_MESSAGE_BYTES)
    )
