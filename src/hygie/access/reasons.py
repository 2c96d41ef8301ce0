"""Why something is permitted or denied, in words."""

from collections.abc import Mapping
from typing import Final

from hygie.access.circle import Basis
from hygie.refusal import Phrase

NO_ROLE: Final = Phrase(
    "Rôle inconnu du fichier des droits.", "Role that the rights file does not know."
)
CAPABILITY: Final = Phrase("{role} : c’est de son rôle.", "{role}: it is their role.")
NO_CAPABILITY: Final = Phrase("{role} : ce n’est pas de son rôle.", "{role}: it is not their role.")
NO_RIGHT: Final = Phrase(
    "{role} : aucun droit de faire cela sur ce type de donnée.",
    "{role}: no right to do this on this type of data.",
)
NOT_THEIRS: Final = Phrase(
    "{role} : ce droit est d’une autre spécialité ou d’une autre unité.",
    "{role}: this right is of another specialty or unit.",
)
ESTABLISHMENT: Final = Phrase(
    "{role} : droit sur tout l’établissement.", "{role}: a right over the whole establishment."
)
OTHER_PURPOSE: Final = Phrase(
    "{role} : ce droit n’est pas donné pour cette finalité ({purpose}).",
    "{role}: this right is not given for this purpose ({purpose}).",
)
SELF: Final = Phrase("{role} : son propre dossier.", "{role}: their own record.")
NOT_SELF: Final = Phrase("Ce n’est pas son propre dossier.", "It is not their own record.")
NO_TEAM: Final = Phrase(
    "{role} : ce patient n’est pas dans son équipe de soins.",
    "{role}: this patient is not in their care team.",
)
BROKEN: Final = Phrase(
    "{role} : dossier ouvert par bris de glace, qui sera relu.",
    "{role}: record opened by breaking the glass, which will be reviewed.",
)
OF_BASIS: Final[Mapping[Basis, Phrase]] = {
    "attending": Phrase(
        "{role} : suit ce patient pendant son séjour, depuis le {since}.",
        "{role}: looks after this patient during the stay, since {since}.",
    ),
    "unit": Phrase(
        "{role} : patient de son unité depuis le {since}.",
        "{role}: patient of their unit since {since}.",
    ),
    "appointment": Phrase(
        "{role} : rendez-vous avec ce patient (accès depuis le {since}).",
        "{role}: an appointment with this patient (access since {since}).",
    ),
    "order": Phrase(
        "{role} : a prescrit ou exécute un acte pour ce patient depuis le {since}.",
        "{role}: ordered or carries out an act for this patient since {since}.",
    ),
    "team": Phrase(
        "{role} : membre de l’équipe de soins de ce patient depuis le {since}.",
        "{role}: member of this patient's care team since {since}.",
    ),
    "episode": Phrase(
        "{role} : responsable d’un parcours de ce patient depuis le {since}.",
        "{role}: in charge of an episode of care of this patient since {since}.",
    ),
    "general-practitioner": Phrase(
        "{role} : médecin traitant de ce patient.", "{role}: this patient's general practitioner."
    ),
    "break-glass": BROKEN,
}
