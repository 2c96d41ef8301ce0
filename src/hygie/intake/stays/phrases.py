"""What this room says of movements that break a rule."""

from hygie.refusal import Phrase

HISTORIC_MOVEMENT = Phrase(
    "Ce mouvement commence avant le mouvement courant du séjour : un mouvement ne s’insère qu’à la"
    " fin. Pour corriger le passé, envoyez une mise à jour (Z99).",
    "This movement starts before the current movement of the stay: a movement is inserted only at"
    " the end. To correct the past, send an update (Z99).",
)
KNOWN_MOVEMENT = Phrase(
    "Ce mouvement existe déjà avec un autre contenu. Pour le corriger, envoyez une mise à jour"
    " (Z99).",
    "This movement already exists with another content. To correct it, send an update (Z99).",
)
NOT_CURRENT = Phrase(
    "Seul le mouvement courant peut être annulé, et ce n’est pas celui-ci.",
    "Only the current movement can be cancelled, and this is not it.",
)
NO_MOVEMENT = Phrase(
    "Le mouvement à corriger ou à annuler est inconnu dans ce séjour : l’événement qui l’annonçait"
    " n’est peut-être pas encore arrivé.",
    "The movement to correct or cancel is unknown in this stay: the event that announced it may not"
    " have arrived yet.",
)
CLOSED_STAY = Phrase(
    "Le séjour est terminé : annulez d’abord la sortie (A13) avant tout autre mouvement.",
    "The stay is finished: cancel the discharge (A13) before any other movement.",
)
NOT_ADMITTED = Phrase(
    "Sortie d’une venue dont aucune entrée n’est connue : le séjour est terminé, sans début.",
    "Discharge of a visit of which no admission is known: the stay is finished, without a start.",
)
CLOCK_AHEAD = Phrase(
    "Le mouvement est daté de l’avenir : l’horloge de l’émetteur est peut-être en avance. Il a été"
    " enregistré tel quel.",
    "The movement is dated in the future: the sender’s clock may be ahead. It was filed as it is.",
)
TOO_MANY = Phrase(
    "Ce séjour compte déjà {limit} mouvements, corrections et annulations : le numéro de venue"
    " sert-il à plusieurs séjours ?",
    "This stay already has {limit} movements, corrections and cancellations: does the visit number"
    " serve several stays?",
)
