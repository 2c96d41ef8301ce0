"""What routes refuse, and why something was not taken."""

from typing import Final

from hygie.refusal import Phrase

NO_ROUTE: Final = Phrase(
    "Aucune route ne s’appelle « {name} ».",
    "There is no route “{name}”.",
)
BAD_DECLARATION: Final = Phrase(
    "La route ne peut être déclarée ainsi : {reason_fr}.",
    "The route cannot be declared so: {reason_en}.",
)
TOO_MANY: Final = Phrase(
    "Il y a déjà {limit} routes.",
    "There are {limit} routes already.",
)
NO_PRODUCE: Final = Phrase(
    "Cette route ne produit rien : ce qui existe déjà ne peut être dit que par une route qui "
    "produit des messages.",
    "This route produces nothing: what there already is can be told only by a route that produces "
    "messages.",
)
LOADING: Final = Phrase(
    "Une reprise de l’existant est déjà en cours pour cette route.",
    "What there already is is being told by this route already.",
)
NO_DEPARTURE: Final = Phrase(
    "Aucun envoi ne porte ce numéro.",
    "There is no departure of this number.",
)
NOT_SO: Final = Phrase(
    "Cet envoi est dans l’état « {state} » : cela ne se peut que dans l’état {expected}.",
    "This departure is “{state}”: that can be done of {expected} only.",
)
NO_CONTENT: Final = Phrase(
    "Le contenu de cet envoi a été effacé, sa durée de conservation étant passée.",
    "The content of this departure was removed: the time for which it is kept is over.",
)
PATH: Final = Phrase(
    "Ce chemin n’est pas sous un dossier ouvert aux routes ({setting}) : {known}.",
    "This path is below no directory that is open to routes ({setting}): {known}.",
)
CRITERIA: Final = Phrase(
    "« {criteria} » : une ressource doit pouvoir y répondre seule, sur un type connu.",
    "“{criteria}”: one resource by itself must be able to meet it, of a known type.",
)
CHARSET: Final = Phrase(
    "Le message tient un caractère que {charset} ne peut pas écrire.",
    "The message holds a character that {charset} cannot write.",
)
