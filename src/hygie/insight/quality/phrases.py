"""What is said of files as a whole, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

UNREADABLE: Final = Phrase(
    "Ce fichier ne peut pas être lu ({reason}) : vérifiez ses droits et son support.",
    "This file cannot be read ({reason}): check its permissions and its medium.",
)
TOO_LONG: Final = Phrase(
    "La ligne fait {size} octets, plus que la limite de {limit} : une ressource par ligne.",
    "The line has {size} bytes, more than the limit of {limit}: one resource a line.",
)
MORE: Final = Phrase(
    "Ce fichier a {count} autres problèmes : les {limit} premiers de chaque gravité sont indiqués, "
    "le rapport (--report) les compte tous.",
    "This file has {count} more problems: the first {limit} of each severity are listed, the "
    "report (--report) counts them all.",
)
NOT_A_REPORT: Final = Phrase(
    "Ce n’est pas un rapport de « hygie validate --report FICHIER.json » : {reason}.",
    "This is no report of “hygie validate --report FILE.json”: {reason}.",
)
