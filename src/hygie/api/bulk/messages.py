"""What `$export` and `$import` refuse, in both languages."""

from typing import Final

from hygie.refusal import Phrase

ASYNC: Final = Phrase(
    "Cette opération répond en différé : demandez-la avec l’en-tête « Prefer: respond-async ».",
    "This operation answers later: ask for it with the header “Prefer: respond-async”.",
)
NOT_OFFERED: Final = Phrase(
    "Le paramètre {name} n’est pas proposé ici. Avec « Prefer: handling=lenient », il est laissé "
    "de côté.",
    "Parameter {name} is not offered here. With “Prefer: handling=lenient” it is left aside.",
)
VALUE: Final = Phrase(
    "La valeur du paramètre {name} ne convient pas.", "The value of parameter {name} is not fit."
)
TWICE: Final = Phrase(
    "Le paramètre {name} est donné deux fois.", "Parameter {name} is given twice."
)
IN_BODY: Final = Phrase(
    "Le paramètre {name} se donne dans le corps (POST), jamais dans l’adresse.",
    "Parameter {name} is given in the body (POST), never in the address.",
)
FUTURE: Final = Phrase(
    "{name} est dans le futur : rien n’a pu changer depuis.",
    "{name} is in the future: nothing can have changed since.",
)
EMPTY_PERIOD: Final = Phrase(
    "_until n’est pas après _since : la période est vide.",
    "_until is not after _since: the period is empty.",
)
TYPE: Final = Phrase(
    "« {type} » n’est pas un type de ressource FHIR R4.", "“{type}” is not a FHIR R4 resource type."
)
OUTSIDE: Final = Phrase(
    "« {type} » ne fait pas partie des dossiers des patients.",
    "“{type}” is not part of patients’ records.",
)
NOT_A_TYPE: Final = Phrase(
    "Le filtre porte sur {type}, qui n’est pas exporté : ajoutez-le à _type, ou retirez le filtre.",
    "The filter is about {type}, which is not exported: add it to _type, or leave the filter out.",
)
ASSOCIATED: Final = Phrase(
    "« {value} » n’est pas proposé : LatestProvenanceResources ou RelevantProvenanceResources.",
    "“{value}” is not offered: LatestProvenanceResources or RelevantProvenanceResources.",
)
ELEMENT: Final = Phrase(
    "« {element} » n’est pas un élément connu.", "“{element}” is not a known element."
)
FORMAT: Final = Phrase(
    "Un export est en application/fhir+ndjson ; pas d’autre format.",
    "An export is in application/fhir+ndjson; there is no other format.",
)
NOT_A_MEMBER: Final = Phrase(
    "Un des patients demandés n’est pas membre du groupe.",
    "One of the patients asked for is not a member of the group.",
)
NOTHING_ALLOWED: Final = Phrase(
    "Ce jeton ne permet de lire et de chercher aucun des types demandés.",
    "This token does not allow to read and search any of the types asked for.",
)
INPUTS: Final = Phrase(
    "Il faut de 1 à {limit} fichiers (input), chacun avec son type et son adresse.",
    "1 to {limit} files (input) are needed, each with its type and address.",
)
STORAGE: Final = Phrase(
    "Seul le type de source « https » est proposé.", "Only sources of type “https” are offered."
)
POLLS: Final = Phrase(
    "L’état de cet export est demandé trop souvent. Suivez l’en-tête Retry-After.",
    "The status of this export is asked for too often. Follow the Retry-After header.",
)
FAILED: Final = Phrase(
    "Cet export n’a pas abouti ({rule}). Demandez-en un autre.",
    "This export came to nothing ({rule}). Ask for another one.",
)
IMPORT_FAILED: Final = Phrase(
    "Cet import n’a pas abouti ({rule}). Ce qui a été intégré le reste.",
    "This import came to nothing more ({rule}). What was filed stays.",
)
RANGE: Final = Phrase(
    "Cette plage d’octets n’est pas dans le fichier.", "This range of bytes is not in the file."
)
