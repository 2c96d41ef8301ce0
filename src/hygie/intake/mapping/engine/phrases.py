"""What the tables say when they, or what they read, will not do."""

from hygie.refusal import Phrase

WRONG_TABLE = Phrase(
    "La correspondance ne convient pas, à « {where} » : {why}.",
    "The mapping will not do, at '{where}': {why}.",
)
UNKNOWN_CODE = Phrase(
    "Le code « {found} » n’est pas de ceux qui sont attendus ici ({title}).",
    "The code '{found}' is not one of those expected here ({title}).",
)
