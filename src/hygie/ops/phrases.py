"""What this room refuses or says at a start, in both languages."""

from typing import Final

from hygie.refusal import Phrase

NO_STORE: Final = Phrase(
    fr="Il n’y a pas de base de données dans {path}.", en="There is no database in {path}."
)
UNKNOWN_TYPE: Final = Phrase(
    fr="« {type} » n’est pas un type de ressource FHIR R4.",
    en="“{type}” is not a FHIR R4 resource type.",
)
INDEX_OUTDATED: Final = Phrase(
    fr="Les règles d’indexation ont changé pour {count} types de ressources ({types}) : des "
    "recherches peuvent manquer des ressources anciennes. Lancez « hygie reindex » ; le service "
    "continue pendant ce temps.",
    en="Index rules have changed for {count} resource types ({types}): searches may miss old "
    "resources. Run “hygie reindex”; the service goes on meanwhile.",
)
