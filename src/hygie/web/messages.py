"""What the pages refuse, in both languages."""

from typing import Final

from hygie.refusal import Phrase

STALE_FORM: Final = Phrase(
    fr="Ce formulaire a expiré ou vient d’ailleurs. Rechargez la page et recommencez : rien n’a "
    "été enregistré.",
    en="This form has expired or comes from elsewhere. Reload the page and try again: nothing was "
    "saved.",
)
FORM_TOO_LARGE: Final = Phrase(
    fr="Ce formulaire dépasse {limit} octets. Raccourcissez la saisie.",
    en="This form is larger than {limit} bytes. Shorten the entry.",
)
FORM_UNREADABLE: Final = Phrase(
    fr="Ce formulaire ne peut pas être lu. Rechargez la page et recommencez.",
    en="This form cannot be read. Reload the page and try again.",
)
NOT_PERMITTED: Final = Phrase(
    fr="Votre rôle ne donne pas accès à cette page. Si votre travail le demande, voyez la personne "
    "qui gère les comptes. Cette tentative a été tracée.",
    en="Your role gives no access to this page. If your work requires it, ask whoever manages "
    "accounts. This attempt was recorded.",
)
NO_SUCH_PAGE: Final = Phrase(
    fr="Rien ne se trouve à cette adresse. Vérifiez-la, ou repartez de l’accueil.",
    en="There is nothing at this address. Check it, or start from the home page.",
)
NO_SUCH_ACTION: Final = Phrase(
    fr="Cette adresse existe, mais ne fait pas ce qui lui est demandé. Repartez de l’accueil.",
    en="This address exists, but does not do what is asked of it. Start from the home page.",
)
NO_SUCH_DOCUMENT: Final = Phrase(
    fr="Ce dossier ne contient pas ce document, ou le document n’a pas de contenu lisible.",
    en="This record has no such document, or the document has no readable content.",
)
NO_SUCH_RESULT: Final = Phrase(
    fr="Ce dossier ne contient pas ce résultat.",
    en="This record has no such result.",
)
TRIED_NO_FHIR: Final = Phrase(
    fr="Ce message n’est pas une ressource FHIR en quarantaine : aucune expression ne peut y être "
    "essayée. Collez la ressource dans la page.",
    en="This message is no FHIR resource in quarantine: no expression can be tried on it. Paste "
    "the resource into the page.",
)
TRIED_TOO_LONG: Final = Phrase(
    fr="La page accepte une expression de {expression} caractères et une ressource de {resource}. "
    "Au-delà, servez-vous de la commande hygie fhirpath.",
    en="The page takes an expression of {expression} characters and a resource of {resource}. "
    "Beyond that, use the command hygie fhirpath.",
)
BROKEN: Final = Phrase(
    fr="Hygie n’a pas pu préparer cette page. Rien n’a été modifié. Réessayez ; si le problème "
    "dure, prévenez l’équipe informatique en donnant l’heure.",
    en="Hygie could not prepare this page. Nothing was changed. Try again; if the problem lasts, "
    "tell the IT team, and at what time it happened.",
)
NO_SUCH_TERMS: Final = Phrase(
    fr="Cette nomenclature, ou ce jeu de valeurs, n’est pas connu ici. Cherchez-le par son nom "
    "dans la page Terminologie, ou chargez-le.",
    en="This nomenclature, or value set, is not known here. Look for it by its name in the page "
    "Terminologie, or load it.",
)
NO_SUCH_CODE_IN_USE: Final = Phrase(
    fr="Aucune ressource ne porte ce code au dernier comptage. Recomptez, puis recommencez.",
    en="No resource bears this code as of the last count. Count again, then try again.",
)
MAPPING_UNREADABLE: Final = Phrase(
    fr="Choisissez un code de la nomenclature visée, ou dites qu’aucun ne convient.",
    en="Choose a code of the target nomenclature, or say that none is right.",
)
PASSWORDS_DIFFER: Final = Phrase(
    fr="Les deux saisies du nouveau mot de passe diffèrent. Recommencez : rien n’a été modifié.",
    en="The new password was typed in two different ways. Try again: nothing was changed.",
)
