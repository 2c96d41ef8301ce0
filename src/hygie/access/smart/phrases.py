"""What the authorization server refuses people, in both languages. Applications are told by the
codes of RFC 6749."""

from typing import Final

from hygie.refusal import Phrase

NO_APPLICATION: Final = Phrase(
    fr="L’application qui vous envoie ici n’est pas connue, ou n’a pas été approuvée. Rien ne "
    "lui a été transmis. Voyez la personne qui gère les applications.",
    en="The application that sent you here is not known, or was not approved. Nothing was given "
    "to it. See whoever manages applications.",
)
WRONG_REDIRECT: Final = Phrase(
    fr="L’application demande une réponse à une adresse qui n’est pas la sienne. Rien n’y a été "
    "transmis. Prévenez la personne qui gère les applications.",
    en="The application asks for an answer at an address that is not its own. Nothing was given. "
    "Tell whoever manages applications.",
)
BAD_REQUEST: Final = Phrase(
    fr="La demande de l’application est mal formée : un paramètre y est deux fois, ou trop long.",
    en="The application's request is ill-formed: a parameter is given twice, or is too long.",
)
NO_DEMAND: Final = Phrase(
    fr="Aucune application n’attend de réponse de vous, ou elle a attendu trop longtemps. "
    "Ouvrez-la de nouveau.",
    en="No application is waiting for your answer, or it waited too long. Open it again.",
)
NOT_FOR_YOU: Final = Phrase(
    fr="Cette application n’est pas ouverte à votre rôle. Si votre travail le demande, voyez la "
    "personne qui gère les applications.",
    en="This application is not open to your role. If your work requires it, see whoever manages "
    "applications.",
)
OTHER_SESSION: Final = Phrase(
    fr="Cette application a été ouverte par quelqu’un d’autre, ou avant votre connexion. "
    "Ouvrez-la de nouveau depuis le dossier.",
    en="This application was opened by somebody else, or before you signed in. Open it again from "
    "the record.",
)
NO_PATIENT: Final = Phrase(
    fr="Choisissez d’abord le patient.",
    en="Choose the patient first.",
)
UNKNOWN_APPLICATION: Final = Phrase(
    fr="Aucune application ne porte cet identifiant. Consultez la liste des applications.",
    en="No application has this identifier. See the list of applications.",
)
UNKNOWN_GRANT: Final = Phrase(
    fr="Cette autorisation n’existe pas, ou a déjà pris fin.",
    en="There is no such permission, or it has ended already.",
)
BAD_APPLICATION: Final = Phrase(
    fr="Cette application ne peut pas être enregistrée : {reason}.",
    en="This application cannot be registered: {reason}.",
)
NOTHING_GRANTED: Final = Phrase(
    fr="Indiquez au moins une portée à approuver.",
    en="Give at least one scope to approve.",
)
CROWDED: Final = "too many registrations wait for review"
