"""Sentences of this room."""

from hygie.refusal import Phrase

NOT_WAITING = Phrase(
    fr="Ce message n’attend plus en quarantaine : quelqu’un d’autre s’en est occupé. Rechargez "
    "la page pour voir où il en est.",
    en="This message no longer waits in quarantine: somebody else has seen to it. Reload the page "
    "to see where it stands.",
)
NOT_DISCARDED = Phrase(
    fr="Ce message n’est pas écarté.",
    en="This message has not been put aside.",
)
NO_MOTIVE = Phrase(
    fr="Dites pourquoi, en {limit} caractères au plus : le motif reste attaché au message.",
    en="Say why, in at most {limit} characters: the motive stays with the message.",
)
UNCHANGED = Phrase(
    fr="Le message n’a pas changé : corrigez-le, ou rejouez-le tel quel.",
    en="The message has not changed: correct it, or replay it as it is.",
)
OTHER_KIND = Phrase(
    fr="Le texte corrigé n’est plus un message de la même sorte ({kind}).",
    en="The corrected text is no longer a message of the same kind ({kind}).",
)
NOTHING_TO_REPLAY = Phrase(
    fr="Aucun message ne répond à ces critères : il n’y a rien à rejouer.",
    en="No message meets these criteria: there is nothing to replay.",
)
REPLAY_UNDER_WAY = Phrase(
    fr="Un rejeu est déjà en cours : attendez sa fin, ou arrêtez-le.",
    en="A replay is already under way: wait for its end, or stop it.",
)
