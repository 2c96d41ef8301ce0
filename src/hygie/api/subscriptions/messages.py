"""What the operations on subscriptions refuse, in both languages."""

from typing import Final

from hygie.refusal import Phrase

PARAMETER: Final = Phrase(
    fr="Le paramètre « {name} » n’est pas compris ici. Paramètres possibles : {known}.",
    en="Parameter “{name}” is not understood here. Possible parameters: {known}.",
)
NUMBER: Final = Phrase(
    fr="« {name} » est le numéro d’un événement : un nombre entier, 1 ou plus.",
    en="“{name}” is the number of an event: a whole number, 1 or more.",
)
CONTENT: Final = Phrase(
    fr="« content » est « empty », « id-only » ou « full-resource ».",
    en="“content” is “empty”, “id-only” or “full-resource”.",
)
TOO_MANY: Final = Phrase(
    fr="Cela concerne plus de {limit} abonnements : nommez-les (id), ou leur état (status).",
    en="This concerns more than {limit} subscriptions: name them (id), or their status.",
)
NOT_YOURS: Final = Phrase(
    fr="Seul le client qui a écrit l’abonnement en reçoit les notifications.",
    en="Only the client that wrote the subscription receives its notifications.",
)
NO_SOCKET: Final = Phrase(
    fr="Aucun de ces abonnements n’est servi par WebSocket et en cours.",
    en="None of these subscriptions is served by WebSocket, and active.",
)
