"""What the ledger refuses, in both languages."""

from typing import Final

from hygie.refusal import Phrase

UNGUARDED: Final = Phrase(
    fr="La base de données ne protège plus le journal des accès contre les modifications : le "
    "déclencheur « audit_is_append_only » de la table hygie.audit est absent ou désactivé. "
    "Recherchez qui l’a retiré, vérifiez le journal, puis rétablissez le déclencheur.",
    en="The database no longer protects the audit entries against change: the trigger "
    "“audit_is_append_only” of table hygie.audit is missing or disabled. Find out who removed it, "
    "check the entries, then put the trigger back.",
)
OTHER_KEY: Final = Phrase(
    fr="La dernière entrée du journal des accès ne s’ouvre pas avec cette clé : la base de données "
    "et la clé maîtresse ne vont pas ensemble, ou l’entrée a été altérée. Indiquez la clé avec "
    "laquelle cette base a été créée.",
    en="The last audit entry does not open with this key: the database and the master key do not "
    "belong together, or the entry was altered. Give the key this database was created with.",
)
