"""What is said of a rights file that cannot be used."""

from typing import Final

from hygie.refusal import Phrase

SIZE: Final = Phrase(
    "Le fichier des droits dépasse {limit} octets.", "The rights file has more than {limit} bytes."
)
SECOND_FACTOR: Final = Phrase(
    "Le second facteur est « required » ou « optional ».",
    "The second factor is “required” or “optional”.",
)
NO_GROUP: Final = Phrase("Il n’y a pas de groupe « {name} ».", "There is no group “{name}”.")
LIKE: Final = Phrase(
    "Le rôle « {name} », dont celui-ci hérite, n’existe pas ou hérite de celui-ci.",
    "Role “{name}”, which this one is like, does not exist or is like this one.",
)
RIGHT: Final = Phrase(
    "« {value} » n’est pas un droit : « team:rs », « establishment:r on Observation?category=… ».",
    "“{value}” is no right: “team:rs”, “establishment:r on Observation?category=…”.",
)
NOT_IN_GROUP: Final = Phrase(
    "Le type « {name} » n’est pas de ce groupe.", "Type “{name}” is not of this group."
)
NO_TYPE: Final = Phrase(
    "FHIR R4 n’a pas de type « {name} ».", "FHIR R4 has no resource type “{name}”."
)
TYPE_TWICE: Final = Phrase(
    "Le type « {name} » est dans deux groupes : un droit sur lui dirait deux choses.",
    "Type “{name}” is in two groups: a right on it would say two things.",
)
TYPE_MISSING: Final = Phrase(
    "Le type « {name} » n’est dans aucun groupe.", "Type “{name}” is in no group."
)
CAPABILITY: Final = Phrase(
    "Il n’y a pas de capacité « {name} ».", "There is no capability “{name}”."
)
TWICE: Final = Phrase(
    "Deux droits de même étendue ({name}) : réunissez leurs lettres en un seul.",
    "Two rights of one scope ({name}): bring their letters together in one.",
)
DUTIES: Final = Phrase(
    "Qui lit des dossiers ne peut pas aussi « {name} » : séparez les deux rôles.",
    "Who reads records may not also “{name}”: make two roles of it.",
)
BREAK_GLASS: Final = Phrase(
    "Le bris de glace suppose la capacité « read_record ».",
    "Breaking the glass goes with the capability “read_record”.",
)
SCOPE: Final = Phrase(
    "« {name} » n’est pas une étendue : establishment, team ou self.",
    "“{name}” is no scope: establishment, team or self.",
)
LETTER: Final = Phrase(
    "« {name} » n’est pas un droit : c, r, u, d ou s.", "“{name}” is no right: c, r, u, d or s."
)
NOBODY: Final = Phrase(
    "Aucun rôle n’a la capacité « {name} » : personne ne pourrait le faire.",
    "No role has the capability “{name}”: nobody could do it.",
)
DAYS: Final = Phrase(
    "Il faut un nombre de jours de 0 à {limit}.", "A number of days from 0 to {limit} is needed."
)
QUERY: Final = Phrase(
    "« {query} » ne restreint pas {type} : il faut des paramètres de recherche de ce type, sans "
    "chaînage ni tri.",
    "“{query}” does not narrow {type}: search parameters of that type are needed, without chains "
    "or sorting.",
)
PURPOSE: Final = Phrase(
    "Il n’y a pas de finalité « {name} » : TREAT (soins), HPAYMT (facturation)… (docs/access.md).",
    "There is no purpose “{name}”: TREAT (care), HPAYMT (payment)… (docs/access.md).",
)
PURPOSE_NOT_ITS: Final = Phrase(
    "La finalité « {name} » n’est pas de celles du rôle : ce droit ne servirait jamais pour elle.",
    "Purpose “{name}” is not one of the role’s: this right would never serve for it.",
)
PURPOSE_TWICE: Final = Phrase(
    "La finalité « {name} » est dite deux fois.", "Purpose “{name}” is said twice."
)
PURPOSE_GLASS: Final = Phrase(
    "Le bris de glace va avec les finalités TREAT et ETREAT, et ETREAT avec le bris de glace, "
    "jamais en premier.",
    "Breaking the glass goes with the purposes TREAT and ETREAT, and ETREAT with breaking the "
    "glass, never first.",
)
PURPOSE_NO_GLASS: Final = Phrase(
    "Aucun droit « team » n’est pour ETREAT : un bris de glace n’ouvrirait rien.",
    "No “team” right is for ETREAT: breaking the glass would open nothing.",
)
PURPOSE_NO_TEAM: Final = Phrase(
    "Un droit pour ETREAT seul est d’étendue « team » : un bris de glace ouvre le dossier d’un "
    "patient.",
    "A right for ETREAT alone is of scope “team”: breaking the glass opens one patient’s record.",
)
SPECIALTY: Final = Phrase(
    "« {name} » n’est pas un code de spécialité (TRE_R38) : « SM26 ».",
    "“{name}” is no code of a specialty (TRE_R38): “SM26”.",
)
UNIT: Final = Phrase(
    "« {name} » n’est pas une unité : « Location/… », « Organization/… » ou « système|valeur ».",
    "“{name}” is no unit: “Location/…”, “Organization/…” or “system|value”.",
)
SELF_LIMITED: Final = Phrase(
    "Un droit sur son propre dossier (self) ne dépend ni d’une spécialité ni d’une unité.",
    "A right on one’s own record (self) depends neither on a specialty nor on a unit.",
)
COVERED: Final = Phrase(
    "Ce droit ({name}) est restreint, et un autre du même rôle le donne sans cette restriction.",
    "This right ({name}) is limited, and another of the same role gives it without that limit.",
)
OWN_JUDGE: Final = Phrase(
    "Ce rôle peut briser la glace et relire les bris de glace : il se jugerait lui-même.",
    "This role may break the glass and review who did: it would judge itself.",
)
TRIAL_SHAPE: Final = Phrase(
    "Un essai nomme un rôle, et soit une capacité, soit une lettre et un type.",
    "A trial names a role, and either a capability, or a letter and a type.",
)
TRIAL: Final = Phrase(
    "L’essai « {trial} » donne « {found} » ({cause}).", "Trial “{trial}” gives “{found}” ({cause})."
)
