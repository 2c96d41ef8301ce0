"""Findings about the database itself: its schema, settings, pages and trees."""

from typing import Final

from hygie.ops.findings import Kind
from hygie.ops.kinds import INCIDENT, REPAIR, RESTORE
from hygie.refusal import Phrase

# --- schema -------------------------------------------------------------------------------------
SCHEMA_MIGRATION: Final = Kind(
    "schema.migration", "error",
    Phrase(
        "Le schéma de la base n’est pas celui de ce programme : rien d’autre n’a été examiné.",
        "The schema of the database is not the one of this program: nothing else was examined.",
    ),
    Phrase(
        "Employez la version d’Hygie qui sert cette base ; « hygie serve » met un schéma ancien "
        "à niveau.",
        "Use the version of Hygie that serves this database; “hygie serve” brings an old schema "
        "up to date.",
    ),
)  # fmt: skip
SCHEMA_MISSING: Final = Kind(
    "schema.missing", "error",
    Phrase(
        "Un objet du schéma (table, colonne, contrainte, déclencheur, fonction) est absent.",
        "An object of the schema (table, column, constraint, trigger, function) is missing.",
    ),
    INCIDENT,
)  # fmt: skip
SCHEMA_CHANGED: Final = Kind(
    "schema.changed", "error",
    Phrase(
        "Un objet du schéma n’est plus tel que le programme l’a créé.",
        "An object of the schema is no longer as the program made it.",
    ),
    INCIDENT,
)  # fmt: skip
SCHEMA_EXTRA: Final = Kind(
    "schema.extra", "warning",
    Phrase(
        "Un objet du schéma n’est pas d’Hygie.",
        "An object of the schema is not Hygie's.",
    ),
    Phrase(
        "Placez vos propres tables dans un autre schéma.",
        "Keep tables of your own in another schema.",
    ),
)  # fmt: skip
INDEX_MISSING: Final = Kind(
    "schema.index", "error",
    Phrase(
        "Un index de la base est absent ou inachevé : des recherches sont lentes, ou un doublon "
        "est possible.",
        "An index of the database is missing or unfinished: searches are slow, or a double is "
        "possible.",
    ),
    REPAIR, repairable=True,
)  # fmt: skip
PARTITION_LOOSE: Final = Kind(
    "schema.partition",
    "error",
    Phrase(
        "La table d’un type de ressource n’est plus rattachée : ses ressources sont introuvables.",
        "The table of a resource type is detached: its resources cannot be found.",
    ),
    Phrase(
        "Lancez « hygie doctor --repair », qui la rattache ; recherchez qui l’a détachée.",
        "Run “hygie doctor --repair”, which attaches it; find out who detached it.",
    ),
    repairable=True,
)
TRIGGER_OFF: Final = Kind(
    "schema.trigger", "error",
    Phrase(
        "Le déclencheur qui interdit de modifier le journal est absent ou désactivé.",
        "The trigger that forbids changes to the audit entries is missing or disabled.",
    ),
    Phrase(
        "Recherchez qui l’a désactivé, puis lancez « hygie doctor --repair », qui le rétablit.",
        "Find out who disabled it, then run “hygie doctor --repair”, which puts it back.",
    ),
    repairable=True,
)  # fmt: skip
SCHEMA_UNCHECKED: Final = Kind(
    "schema.unchecked", "information",
    Phrase(
        "Le schéma n’a pas pu être comparé : ce compte ne peut rien créer, même pour un instant.",
        "The schema could not be compared: this account can create nothing, even for an instant.",
    ),
    Phrase(
        "Lancez la commande avec le compte propriétaire de la base.",
        "Run the command with the account that owns the database.",
    ),
)  # fmt: skip
SEQUENCE_BEHIND: Final = Kind(
    "schema.sequence", "error",
    Phrase(
        "Un compteur est en retard sur sa table : la prochaine écriture échouerait ou se "
        "rangerait mal.",
        "A sequence is behind its table: the next write would fail, or be misplaced.",
    ),
    Phrase(
        "Lancez « hygie doctor --repair » : il avance le compteur.",
        "Run “hygie doctor --repair”: it advances the sequence.",
    ),
    repairable=True,
)  # fmt: skip

# --- server -------------------------------------------------------------------------------------
CHECKSUMS_OFF: Final = Kind(
    "server.checksums", "warning",
    Phrase(
        "PostgreSQL ne calcule pas de sommes de contrôle : un disque défaillant passerait "
        "inaperçu.",
        "PostgreSQL keeps no checksums: a failing disk would go unnoticed.",
    ),
    Phrase(
        "Activez-les, serveur arrêté : pg_checksums --enable.",
        "Enable them with the server stopped: pg_checksums --enable.",
    ),
)  # fmt: skip
CHECKSUMS_FAILED: Final = Kind(
    "server.checksum-failures", "error",
    Phrase(
        "PostgreSQL a lu des pages dont la somme de contrôle est fausse.",
        "PostgreSQL has read pages whose checksum is wrong.",
    ),
    Phrase(
        "Le disque est en cause : restaurez une sauvegarde sur un autre.",
        "The disk is at fault: restore a backup on another.",
    ),
)  # fmt: skip
NOT_DURABLE: Final = Kind(
    "server.durability", "warning",
    Phrase(
        "Ce réglage de PostgreSQL laisse perdre des écritures acquittées.",
        "This setting of PostgreSQL lets acknowledged writes be lost.",
    ),
    Phrase("Remettez-le à « on ».", "Set it to “on” again."),
)  # fmt: skip
PAGES_DAMAGED: Final = Kind(
    "server.pages", "error",
    Phrase(
        "PostgreSQL trouve cette table endommagée (amcheck, verify_heapam).",
        "PostgreSQL finds this table damaged (amcheck, verify_heapam).",
    ),
    RESTORE,
)  # fmt: skip
TREE_DAMAGED: Final = Kind(
    "server.index", "error",
    Phrase(
        "PostgreSQL trouve cet index endommagé, ou en désaccord avec sa table (amcheck).",
        "PostgreSQL finds this index damaged, or in disagreement with its table (amcheck).",
    ),
    REPAIR, repairable=True,
)  # fmt: skip
AMCHECK_ABSENT: Final = Kind(
    "server.amcheck", "information",
    Phrase(
        "L’extension amcheck n’est pas disponible pour ce compte : les pages n’ont pas été "
        "vérifiées.",
        "The extension amcheck is not available to this account: pages were not verified.",
    ),
    Phrase(
        "Faites-la installer : CREATE EXTENSION amcheck.",
        "Have it installed: CREATE EXTENSION amcheck.",
    ),
)  # fmt: skip
