"""Findings about what is kept: what each means, and what to do."""

from typing import Final

from hygie.ops.findings import Kind
from hygie.refusal import Phrase

RESTORE: Final = Phrase(
    "Restaurez ces lignes depuis une sauvegarde, et recherchez la cause : disque défaillant, ou "
    "intervention dans la base.",
    "Restore these rows from a backup, and look for the cause: a failing disk, or someone at work "
    "in the database.",
)
REPAIR: Final = Phrase(
    "Lancez « hygie doctor --repair » : tout est reconstruit d’après les contenus.",
    "Run “hygie doctor --repair”: all is rebuilt from the bodies.",
)
INCIDENT: Final = Phrase(
    "Traitez cela comme un incident de sécurité : recherchez qui est intervenu dans la base, et "
    "comparez avec une sauvegarde.",
    "Treat this as a security incident: find out who was at work in the database, and compare "
    "with a backup.",
)
_NOTHING: Final = Phrase("Rien à faire.", "Nothing to do.")

# --- keys ---------------------------------------------------------------------------------------
KEY_WRONG: Final = Kind(
    "keys.master", "error",
    Phrase(
        "La clé maîtresse n’est pas celle de cette base : aucun contenu n’a pu être examiné.",
        "The master key is not the one of this database: no body could be examined.",
    ),
    Phrase(
        "Indiquez la bonne clé (HYGIE_MASTER_KEY_FILE), ou le bon répertoire de données.",
        "Name the right key (HYGIE_MASTER_KEY_FILE), or the right data directory.",
    ),
)  # fmt: skip
KEY_MISSING: Final = Kind(
    "keys.missing", "error",
    Phrase(
        "La clé du patient est absente, alors que des lignes restent à son nom : elles sont "
        "illisibles.",
        "The patient's key is missing while rows of this patient remain: they cannot be read.",
    ),
    Phrase(
        "Restaurez la table hygie.patient_key depuis une sauvegarde.",
        "Restore table hygie.patient_key from a backup.",
    ),
)  # fmt: skip
KEY_UNREADABLE: Final = Kind(
    "keys.unreadable", "error",
    Phrase(
        "La clé du patient ne s’ouvre pas avec la clé maîtresse : elle a été altérée.",
        "The patient's key does not open with the master key: it was altered.",
    ),
    RESTORE,
)  # fmt: skip
KEY_UNUSED: Final = Kind(
    "keys.unused", "information",
    Phrase(
        "Clé d’un patient sans aucune donnée : elle a été préparée pour une écriture qui n’a pas "
        "abouti.",
        "A key of a patient without data: it was made for a write that came to nothing.",
    ),
    _NOTHING,
)  # fmt: skip

# --- bodies -------------------------------------------------------------------------------------
BODY_UNREADABLE: Final = Kind(
    "bodies.unreadable", "error",
    Phrase(
        "Le contenu ne s’ouvre pas : il a été altéré, déplacé, ou remis d’une version antérieure.",
        "The body does not open: it was altered, moved, or put back from an older version.",
    ),
    RESTORE,
)  # fmt: skip
BODY_IDENTITY: Final = Kind(
    "bodies.identity", "error",
    Phrase(
        "Le contenu porte un autre type ou identifiant que sa ligne.",
        "The body bears another type or id than its row.",
    ),
    RESTORE,
)  # fmt: skip
BODY_VERSION: Final = Kind(
    "bodies.version", "error",
    Phrase(
        "Le contenu porte une autre version ou date de mise à jour que sa ligne.",
        "The body bears another version or lastUpdated than its row.",
    ),
    RESTORE,
)  # fmt: skip
DICTIONARY_UNKNOWN: Final = Kind(
    "bodies.dictionary", "error",
    Phrase(
        "Le contenu nomme un dictionnaire de compression que cette base n’a pas.",
        "The body names a compression dictionary that this store does not have.",
    ),
    Phrase(
        "Restaurez le dictionnaire depuis une sauvegarde, ou installez la version d’Hygie qui le "
        "fournit.",
        "Restore the dictionary from a backup, or install the version of Hygie that ships it.",
    ),
)  # fmt: skip

DICTIONARY_UNREADABLE: Final = Kind(
    "bodies.dictionary-unreadable",
    "error",
    Phrase(
        "Un dictionnaire de compression ne s’ouvre pas : il a été altéré. Les contenus n’ont pas "
        "pu être examinés.",
        "A compression dictionary does not open: it was altered. Bodies could not be examined.",
    ),
    Phrase(
        "Restaurez la table hygie.dictionary depuis une sauvegarde.",
        "Restore table hygie.dictionary from a backup.",
    ),
)

# --- index --------------------------------------------------------------------------------------
INDEX_WRONG: Final = Kind(
    "index.differs", "error",
    Phrase(
        "L’index ne dit pas ce que dit le contenu : des recherches manquent la ressource, ou la "
        "trouvent à tort.",
        "The index does not say what the body says: searches miss the resource, or find it "
        "wrongly.",
    ),
    REPAIR, repairable=True,
)  # fmt: skip
INDEX_OUTDATED: Final = Kind(
    "index.outdated", "warning",
    Phrase(
        "Les règles d’indexation de ce type ont changé depuis que ses lignes ont été écrites.",
        "The index rules of this type have changed since its rows were written.",
    ),
    Phrase("Lancez « hygie reindex ».", "Run “hygie reindex”."),
)  # fmt: skip
PATIENT_WRONG: Final = Kind(
    "index.patient", "error",
    Phrase(
        "La ressource est classée sous un autre patient que celui que dit son contenu.",
        "The resource is filed under another patient than its body says.",
    ),
    Phrase(
        "Écrivez à nouveau ces ressources (PUT) ; recherchez la cause.",
        "Write these resources again (PUT); look for the cause.",
    ),
)  # fmt: skip

# --- history ------------------------------------------------------------------------------------
HISTORY_GAP: Final = Kind(
    "history.gap", "error",
    Phrase(
        "Des versions manquent à l’historique : il faut chaque version de 1 à l’avant-dernière.",
        "Versions are missing from the history: it must hold each from 1 to the one before last.",
    ),
    RESTORE,
)  # fmt: skip
HISTORY_AHEAD: Final = Kind(
    "history.ahead", "error",
    Phrase(
        "L’historique contient une version qui n’est pas antérieure à la version courante.",
        "The history holds a version that is not before the current one.",
    ),
    RESTORE,
)  # fmt: skip
HISTORY_ORPHAN: Final = Kind(
    "history.orphan", "error",
    Phrase(
        "L’historique contient des versions d’une ressource qui n’a plus de version courante.",
        "The history holds versions of a resource that has no current one.",
    ),
    RESTORE,
)  # fmt: skip

# --- references ---------------------------------------------------------------------------------
REFERENCE_UNKNOWN: Final = Kind(
    "references.unknown", "information",
    Phrase(
        "Référence vers une ressource qui n’a jamais été reçue.",
        "A reference to a resource that was never received.",
    ),
    Phrase(
        "Voyez avec l’émetteur s’il doit envoyer la ressource citée.",
        "Ask the sender whether the resource referred to should have been sent.",
    ),
)  # fmt: skip
REFERENCE_DELETED: Final = Kind(
    "references.deleted", "information",
    Phrase(
        "Référence vers une ressource qui a été supprimée.",
        "A reference to a resource that was deleted.",
    ),
    Phrase(
        "Rien à faire, si la suppression était voulue.",
        "Nothing to do, if the deletion was intended.",
    ),
)  # fmt: skip

# --- audit --------------------------------------------------------------------------------------
AUDIT_MISSING: Final = Kind(
    "audit.missing", "error",
    Phrase(
        "Une version est dans la base sans que le journal dise qui l’a écrite.",
        "A version is in the store while the audit entries do not say who wrote it.",
    ),
    INCIDENT,
)  # fmt: skip
AUDIT_ALONE: Final = Kind(
    "audit.alone", "error",
    Phrase(
        "Le journal dit qu’une version a été écrite, et elle n’est plus dans la base.",
        "The audit entries say that a version was written, and it is not in the store.",
    ),
    RESTORE,
)  # fmt: skip
AUDIT_TWICE: Final = Kind(
    "audit.twice", "error",
    Phrase(
        "Une version a été écrite, ou notée au journal, plus d’une fois.",
        "A version was written, or kept in the audit entries, more than once.",
    ),
    INCIDENT,
)  # fmt: skip
AUDIT_UNREADABLE: Final = Kind(
    "audit.unreadable", "error",
    Phrase(
        "Une entrée du journal ne s’ouvre pas : elle a été altérée, ou ajoutée par un autre moyen.",
        "An audit entry does not open: it was altered, or added by other means.",
    ),
    INCIDENT,
)  # fmt: skip
AUDIT_HOLES: Final = Kind(
    "audit.holes", "information",
    Phrase(
        "Des numéros du journal ne sont pas employés : écritures annulées, en cours, ou "
        "interrompues par un arrêt brutal. Aucune version n’en est privée (« audit.missing »).",
        "Numbers of audit entries are unused: writes undone, under way, or cut by a crash. No "
        "version lacks its entry for that (“audit.missing”).",
    ),
    _NOTHING,
)  # fmt: skip

# --- inbox --------------------------------------------------------------------------------------
INBOX_UNREADABLE: Final = Kind(
    "inbox.unreadable", "error",
    Phrase(
        "Un message de la boîte de réception ne s’ouvre pas : il a été altéré.",
        "A message of the inbox does not open: it was altered.",
    ),
    RESTORE,
)  # fmt: skip
INBOX_STATE: Final = Kind(
    "inbox.state", "error",
    Phrase(
        "L’état d’un message se contredit : date de traitement, contenu ou original ne "
        "correspondent pas.",
        "A message's state contradicts itself: settlement time, content or original do not fit.",
    ),
    RESTORE,
)  # fmt: skip
INBOX_WAITING: Final = Kind(
    "inbox.waiting", "warning",
    Phrase(
        "Un message attend son traitement depuis plus d’une heure.",
        "A message has waited to be processed for more than an hour.",
    ),
    Phrase(
        "Redémarrez « hygie serve » : il traite à son démarrage ce qui attend.",
        "Restart “hygie serve”: at its start it settles what waits.",
    ),
)  # fmt: skip
