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
ALTERED: Final = Phrase(
    fr="L’entrée n° {seq} du journal des accès ne s’ouvre pas avec cette clé : elle a été altérée "
    "ou ajoutée par un autre moyen que Hygie, ou bien la clé maîtresse n’est pas celle avec "
    "laquelle cette base a été créée. Vérifiez la clé ; si c’est la bonne, traitez cela comme un "
    "incident de sécurité.",
    en="Audit entry no. {seq} does not open with this key: it was altered, or added by other means "
    "than Hygie, or else the master key is not the one this database was created with. Check the "
    "key; if it is the right one, treat this as a security incident.",
)
TALLIES: Final = Phrase(
    fr="Cette période compte plus de {limit} accès à comparer : demandez une période plus courte.",
    en="There are more than {limit} accesses to compare in this period: ask for a shorter one.",
)
