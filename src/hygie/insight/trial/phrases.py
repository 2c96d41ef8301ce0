"""What is said of an expression that was tried, besides what the language says itself."""

from typing import Final

from hygie.refusal import Phrase

FAILED: Final = Phrase(
    "L’évaluation s’est interrompue : elle a pris trop de temps ou de mémoire. Simplifiez "
    "l’expression, ou donnez-lui une ressource plus petite.",
    "The evaluation broke off: it took too much time or memory. Simplify the expression, or give "
    "it a smaller resource.",
)
BUSY: Final = Phrase(
    "Trop d’expressions sont essayées en ce moment : recommencez dans quelques secondes.",
    "Too many expressions are being tried at the moment: try again in a few seconds.",
)
BROKEN: Final = Phrase(
    "Hygie n’a pas su évaluer cette expression : c’est un défaut, à signaler avec l’expression.",
    "Hygie could not evaluate this expression: this is a defect, to be reported with the "
    "expression.",
)
BATCH_LINE: Final = Phrase(
    'La ligne doit être un objet {"expression": "…", "resource": {…}}.',
    'The line must be an object {"expression": "…", "resource": {…}}.',
)
LINE_TOO_LONG: Final = Phrase(
    "La ligne compte {size} octets ; la limite est de {limit}.",
    "The line has {size} bytes; the limit is {limit}.",
)
