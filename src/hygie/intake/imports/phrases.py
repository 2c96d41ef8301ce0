"""The sentences of imports."""

from typing import Final

from hygie.refusal import Phrase

NO_SOURCES: Final = Phrase(
    "L’import par adresse n’est pas ouvert ici : l’administrateur nomme les sources par "
    "HYGIE_IMPORT_SOURCES.",
    "Import from addresses is not open here: the administrator names the sources with "
    "HYGIE_IMPORT_SOURCES.",
)
OTHER_SOURCE: Final = Phrase(
    "{host} n’est pas une source d’import permise (HYGIE_IMPORT_SOURCES).",
    "{host} is not a source that may be imported from (HYGIE_IMPORT_SOURCES).",
)
NO_IMPORT: Final = Phrase(
    "Il n’y a pas, ou plus, d’import de ce numéro pour ce client.",
    "There is no import of that number for this client, or no longer.",
)
MANY: Final = Phrase(
    "Il y a déjà {limit} imports en cours. Réessayez plus tard.",
    "There are {limit} imports under way already. Try again later.",
)
OTHER_TYPE: Final = Phrase(
    "La ligne n’est pas une ressource {type}, comme le manifeste le dit.",
    "The line is not a {type} resource, as the manifest says.",
)
STATUS: Final = Phrase(
    "La source a répondu {status} pour ce fichier.", "The source answered {status} for this file."
)
FAULTS: Final = Phrase(
    "Plus de {limit} lignes en défaut : l’import s’arrête là.",
    "More than {limit} lines at fault: the import ends here.",
)
