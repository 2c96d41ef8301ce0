"""What is said of books, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

DAMAGED: Final = Phrase(
    "La nomenclature {book} est incomplète ou a été modifiée : rien n’en est lu. Retirez-la (hygie "
    "terminology remove) et chargez de nouveau ses fichiers.",
    "The nomenclature {book} is cut or was changed: nothing of it is read. Remove it (hygie "
    "terminology remove) and load its files again.",
)
OTHER_FORM: Final = Phrase(
    "La nomenclature {book} a été faite par une autre version de Hygie : chargez de nouveau ses "
    "fichiers.",
    "The nomenclature {book} was made by another version of Hygie: load its files again.",
)
CHANGED: Final = Phrase(
    "La nomenclature {book} vient d’être remplacée : refaites la demande.",
    "The nomenclature {book} was just replaced: ask again.",
)
CIRCULAR: Final = Phrase(
    "La hiérarchie tourne en rond : {cycle}. Ce fichier ne peut pas être celui qui a été publié : "
    "rien n’est chargé.",
    "The hierarchy goes round in circles: {cycle}. This cannot be the file that was published: "
    "nothing is loaded.",
)
EMPTY: Final = Phrase(
    "Aucun code n’a été trouvé : ce n’est pas le fichier attendu.",
    "No code was found: this is not the file that is expected.",
)
TOO_MANY: Final = Phrase(
    "Plus de {limit} : ce n’est pas une nomenclature. Rien n’est chargé.",
    "More than {limit}: this is no nomenclature. Nothing is loaded.",
)
BAD_CODE: Final = Phrase(
    "« {found} » n’est pas un code : il est vide, ou plus long que {limit} caractères.",
    "“{found}” is no code: it is empty, or longer than {limit} characters.",
)
