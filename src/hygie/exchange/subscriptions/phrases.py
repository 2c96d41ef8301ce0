"""What subscriptions refuse, and what befalls them, in both languages."""

from typing import Final

from hygie.refusal import Category, Phrase, Refused, refuse

EXCERPT: Final = 120
TOPIC: Final = Phrase(
    fr="L’élément « {element} » du sujet « {url} » n’est pas compris ici : le sujet n’est pas "
    "servi. Corrigez-le (documentation : abonnements).",
    en="Element “{element}” of topic “{url}” is not understood here: the topic is not served. "
    "Correct it (documentation: subscriptions).",
)
UNKNOWN_TOPIC: Final = Phrase(
    fr="Le sujet « {url} » n’est pas connu ici. Le CapabilityStatement donne la liste des sujets.",
    en="Topic “{url}” is not known here. The CapabilityStatement lists the topics.",
)
STATUS: Final = Phrase(
    fr="Un client demande un abonnement (« requested ») ou l’arrête (« off ») ; le reste est écrit "
    "par le serveur (R4, Subscription.status).",
    en="A client asks for a subscription (“requested”) or ends it (“off”); the rest is written by "
    "the server (R4, Subscription.status).",
)
CRITERIA: Final = Phrase(
    fr="Les critères doivent être l’URL d’un sujet, ou une recherche : « Observation?code=… ».",
    en="The criteria must be the URL of a topic, or a search: “Observation?code=…”.",
)
ALONE: Final = Phrase(
    fr="Un critère d’abonnement se décide sur la ressource seule : ni chaîne, ni _has, ni "
    "jeu de valeurs, ni paramètre qui règle une réponse (_sort, _include…).",
    en="A criterion of a subscription is decided by the resource alone: no chain, no _has, no "
    "value set, no parameter that controls an answer (_sort, _include…).",
)
FILTER: Final = Phrase(
    fr="Le filtre « {filter} » n’est pas offert par ce sujet. Filtres possibles : {allowed}.",
    en="Filter “{filter}” is not offered by this topic. Possible filters: {allowed}.",
)
FILTERS: Final = Phrase(
    fr="Un abonnement a au plus {limit} filtres.",
    en="A subscription has at most {limit} filters.",
)
CHANNEL: Final = Phrase(
    fr="Le canal « {channel} » n’est pas offert. Canaux possibles : {known}.",
    en="Channel “{channel}” is not offered. Possible channels: {known}.",
)
ENDPOINT: Final = Phrase(
    fr="Ce canal demande une adresse (channel.endpoint), de {limit} caractères au plus.",
    en="This channel needs an address (channel.endpoint) of at most {limit} characters.",
)
HEADER: Final = Phrase(
    fr="Un en-tête s’écrit « Nom: valeur », sur une ligne ; {limit} au plus.",
    en="A header is written “Name: value”, on one line; at most {limit}.",
)
PAYLOAD: Final = Phrase(
    fr="Le contenu doit être en « application/fhir+json » ou « application/fhir+xml ».",
    en="The payload must be “application/fhir+json” or “application/fhir+xml”.",
)
CONTENT: Final = Phrase(
    fr="Ce qui est envoyé (backport-payload-content) doit être « empty », « id-only » ou "
    "« full-resource ».",
    en="What is sent (backport-payload-content) must be “empty”, “id-only” or “full-resource”.",
)
PERIOD: Final = Phrase(
    fr="« {name} » doit être un nombre entier de {least} à {most}.",
    en="“{name}” must be a whole number from {least} to {most}.",
)
PLAIN_CHANNEL: Final = Phrase(
    fr="Un abonnement par critères de recherche n’est servi que par « rest-hook ».",
    en="A subscription by search criteria is served by “rest-hook” only.",
)
END: Final = Phrase(
    fr="La fin de l’abonnement est passée.", en="The end of the subscription is in the past."
)
TOO_MANY: Final = Phrase(
    fr="Ce client a déjà {limit} abonnements. Supprimez ceux qui ne servent plus.",
    en="This client has {limit} subscriptions already. Delete those that serve no more.",
)
RIGHTS: Final = Phrase(
    fr="S’abonner à des ressources de type {type} demande le droit de les lire et de les chercher "
    "(portée « system/{type}.rs »).",
    en="Subscribing to resources of type {type} takes the right to read and to search them (scope "
    "“system/{type}.rs”).",
)
# --- what befalls a subscription: `Subscription.error` ---------------------------------------
NOBODY: Final = Phrase(
    fr="Aucun client ne répond de cet abonnement : qu’un client l’écrive de nouveau.",
    en="No client answers for this subscription: let a client write it again.",
)
WITHDRAWN: Final = Phrase(
    fr="Le jeton du client a été révoqué, ou ne suffit plus.",
    en="The client's token was revoked, or does not suffice any more.",
)
ENDED: Final = Phrase(fr="La fin prévue est atteinte.", en="The planned end is reached.")
TOPIC_COSTS: Final = Phrase(
    fr="L’expression du sujet coûte trop : il n’est plus servi.",
    en="The topic's expression costs too much: it is not served any more.",
)
MISSED: Final = Phrase(
    fr="Trop d’événements attendaient : les plus anciens n’ont pas été gardés.",
    en="Too many events were waiting: the oldest were not kept.",
)


def wrong_topic(element: str, url: str) -> Refused:
    return refuse(
        Category.UNPROCESSABLE, "subscription.topic-element", TOPIC, code="not-supported",
        element=element, url=url[:EXCERPT],
    )  # fmt: skip


def wrong(
    rule: str, phrase: Phrase, location: str, *, code: str = "value", **details: str
) -> Refused:
    """A Subscription that is refused, with the place."""
    return refuse(
        Category.UNPROCESSABLE, f"subscription.{rule}", phrase, code=code,
        location=f"Subscription.{location}", **details,
    )  # fmt: skip
