"""What is said of a file's format, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

UNKNOWN: Final = Phrase(
    "Ce fichier n’est ni du JSON, ni du XML : aucune ressource FHIR n’y a été trouvée.",
    "This file is neither JSON nor XML: no FHIR resource was found in it.",
)
EMPTY: Final = Phrase(
    "Ce fichier est vide : une ressource FHIR en JSON ou en XML était attendue.",
    "This file is empty: a FHIR resource in JSON or XML was expected.",
)
BYTE_ORDER_MARK: Final = Phrase(
    "Le document commence par une marque d’ordre des octets (BOM), que JSON n’admet pas "
    "(RFC 8259 §8.1) : supprimez-la.",
    "The document begins with a byte order mark (BOM), which JSON does not allow "
    "(RFC 8259 §8.1): remove it.",
)
EMPTY_LINE: Final = Phrase(
    "La ligne {line} est vide : en NDJSON, chaque ligne porte une ressource.",
    "Line {line} is empty: in NDJSON, each line holds a resource.",
)
