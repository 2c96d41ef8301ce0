"""What is said of files of nomenclatures, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

NOT_THIS_KIND: Final = Phrase(
    "Ces fichiers ne sont pas ceux qu’attend « {kind} » : {wanted}. « hygie terminology kinds » "
    "dit où les prendre.",
    "These files are not those that “{kind}” expects: {wanted}. “hygie terminology kinds” says "
    "where to get them.",
)
OTHER_VERSION: Final = Phrase(
    "Ce fichier est de la version {found}, et c’est {wanted} qui est attendue : rien n’est chargé.",
    "This file is of version {found}, and {wanted} is expected: nothing is loaded.",
)
NO_VERSION: Final = Phrase(
    "Ce fichier ne dit pas sa version : donnez-la (--version).",
    "This file does not say its version: give it (--version).",
)
NO_URL: Final = Phrase(
    "Ce fichier ne dit pas de quel système sont ses codes : donnez son URL (--url).",
    "This file does not say which system its codes are of: give its URL (--url).",
)
BAD_ARCHIVE: Final = Phrase(
    "Cette archive est incomplète ou endommagée : prenez-la de nouveau à sa source.",
    "This archive is cut or damaged: get it again from its source.",
)
LOCKED_ARCHIVE: Final = Phrase(
    "Cette archive est protégée par un mot de passe : donnez les fichiers qu’elle contient.",
    "This archive is protected by a password: give the files in it.",
)
TOO_LARGE: Final = Phrase(
    "Ce fichier donne plus de {limit} octets une fois déplié : ce n’est pas une nomenclature.",
    "This file unpacks to more than {limit} bytes: it is no nomenclature.",
)
TOO_MANY_FILES: Final = Phrase(
    "Il y a plus de {limit} fichiers : donnez ceux de la nomenclature seulement.",
    "There are more than {limit} files: give those of the nomenclature only.",
)
LONG_LINE: Final = Phrase(
    "Cette ligne a plus de {limit} caractères : ce n’est pas une ligne de nomenclature.",
    "This line has more than {limit} characters: it is no line of a nomenclature.",
)
MIXED_ENCODING: Final = Phrase(
    "Ce fichier est en UTF-8, sauf ici : il a été abîmé. Prenez-le de nouveau à sa source.",
    "This file is in UTF-8, except here: it was harmed. Get it again from its source.",
)
UNKNOWN_ENCODING: Final = Phrase(
    "Ce fichier n’est ni en UTF-8, ni en UTF-16, ni en Windows-1252 : enregistrez-le en UTF-8.",
    "This file is neither in UTF-8, nor in UTF-16, nor in Windows-1252: save it as UTF-8.",
)
BAD_TABLE: Final = Phrase(
    "Cette ligne ne se lit pas comme celle d’un tableau : {reason}.",
    "This line cannot be read as one of a table: {reason}.",
)
FEW_CELLS: Final = Phrase(
    "Cette ligne a {found} colonnes, et il en faut {wanted}.",
    "This line has {found} columns, and {wanted} are needed.",
)
NO_COLUMNS: Final = Phrase(
    "Il manque à ce tableau la colonne {wanted}. Celles qu’il a : {found}.",
    "This table lacks the column {wanted}. Those that it has: {found}.",
)
BAD_XML: Final = Phrase(
    "Ce fichier n’est pas du XML bien formé : {reason}.",
    "This file is no well-formed XML: {reason}.",
)
ENTITIES: Final = Phrase(
    "Ce fichier déclare des entités XML : elles ne sont jamais développées ici. Rien n’est chargé.",
    "This file declares XML entities: they are never expanded here. Nothing is loaded.",
)
LONG_RECORD: Final = Phrase(
    "Un concept de ce fichier dépasse {limit} octets, ou {depth} niveaux.",
    "A concept of this file exceeds {limit} bytes, or {depth} levels.",
)
NOT_A_CODE_SYSTEM: Final = Phrase(
    "Cette ressource n’est pas un CodeSystem avec ses concepts : {found}.",
    "This resource is no CodeSystem with its concepts: {found}.",
)
NO_SUCH_KIND: Final = Phrase(
    "« {kind} » n’est pas une nomenclature que l’on sait charger : voyez « hygie terminology "
    "kinds ».",
    "“{kind}” is no nomenclature that can be loaded: see “hygie terminology kinds”.",
)
