"""What channels refuse, and why something was not taken: for whoever keeps the subscription."""

from typing import Final

from hygie.refusal import Category, Issue, Phrase, Refused, refuse

ANSWERED: Final = Phrase(
    "Le destinataire a répondu {status}.",
    "The other side answered {status}.",
)
REDIRECTED: Final = Phrase(
    "Le destinataire a répondu {status} et renvoie ailleurs : une notification ne suit pas de "
    "redirection. Indiquez l’adresse définitive.",
    "The other side answered {status} and leads elsewhere: a notification follows no redirect. "
    "Give the final address.",
)
GONE: Final = Phrase(
    "Le destinataire dit n’être plus là (410).",
    "The other side says it is there no more (410).",
)
HEADER: Final = Phrase(
    "L’en-tête « {name} » est écrit par Hygie et ne peut être choisi.",
    "Header “{name}” is written by Hygie and cannot be chosen.",
)
SECRET: Final = Phrase(
    "Le secret de signature s’écrit « whsec_ » suivi de 24 à 64 octets en base64.",
    "The signing secret is written “whsec_” followed by 24 to 64 bytes in base64.",
)
ENDPOINT_MAIL: Final = Phrase(
    "Ce canal demande une adresse « mailto:nom@domaine ».",
    "This channel needs an address “mailto:name@domain”.",
)
NO_PAYLOAD: Final = Phrase(
    "Un courriel porte un texte (« text/plain », sans ressource) ou, en pièce jointe, une "
    "notification « application/fhir+json » ou « application/fhir+xml ».",
    "A mail holds a text (“text/plain”, without resources) or, attached, a notification of "
    "“application/fhir+json” or “application/fhir+xml”.",
)
NO_HEALTH_DATA: Final = Phrase(
    "Aucune donnée de santé ne part vers cette messagerie : demandez « id-only » ou « empty ». "
    "L’administrateur nomme les domaines de messagerie sécurisée (HYGIE_SMTP_HEALTH_DOMAINS).",
    "No health data go to this mailbox: ask for “id-only” or “empty”. The administrator names the "
    "domains of secure mail (HYGIE_SMTP_HEALTH_DOMAINS).",
)
RELAY_ANSWERED: Final = Phrase(
    "Le relais de messagerie a répondu {status}.",
    "The mail relay answered {status}.",
)
RELAY_AWAY: Final = Phrase(
    "Le relais de messagerie n’est pas joignable, ou n’a pas répondu à temps.",
    "The mail relay cannot be reached, or did not answer in time.",
)
SUBJECT: Final = Phrase("Hygie : du nouveau", "Hygie: news")
TEXT: Final = Phrase(
    "Il y a du nouveau pour l’abonnement {subscription}.\n{link}",
    "There is news for subscription {subscription}.\n{link}",
)


def filled(issue: Issue) -> Phrase:
    """The sentence of a refusal, its details in place."""
    return Phrase(issue.text("fr"), issue.text("en"))


def said(phrase: Phrase, **details: str) -> Phrase:
    return Phrase(phrase.fr.format_map(details), phrase.en.format_map(details))


def wrong(rule: str, phrase: Phrase, location: str, code: str = "value", **details: str) -> Refused:
    """What makes a channel impossible, and where the Subscription says so."""
    return refuse(
        Category.UNPROCESSABLE, f"subscription.{rule}", phrase, code=code,
        location=f"Subscription.{location}", **details,
    )  # fmt: skip
