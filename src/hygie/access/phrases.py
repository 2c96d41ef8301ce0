"""What the access room refuses, in both languages."""

from typing import Final

from hygie.refusal import Phrase

BAD_NAME: Final = Phrase(
    fr="Ce nom ne convient pas. Un nom commence par une lettre ou un chiffre et contient au plus "
    "{limit} lettres latines, chiffres, points, tirets, soulignés ou arobases, sans espace : "
    "« claire.morel ».",
    en="This name cannot be used. A name begins with a letter or digit and holds at most {limit} "
    "Latin letters, digits, dots, hyphens, underscores or at signs, without spaces: "
    "“claire.morel”.",
)
BAD_DISPLAY: Final = Phrase(
    fr="Le nom affiché doit contenir de 1 à {limit} caractères visibles : « Dr Claire Morel ».",
    en="The display name must have 1 to {limit} visible characters: “Dr Claire Morel”.",
)
BAD_ROLE: Final = Phrase(
    fr="Ce rôle n’existe pas. Rôles possibles : {roles}.",
    en="There is no such role. Possible roles: {roles}.",
)
NAME_TAKEN: Final = Phrase(
    fr="Un compte porte déjà ce nom. Choisissez-en un autre.",
    en="An account already has this name. Choose another.",
)
NO_ACCOUNT: Final = Phrase(
    fr="Aucun compte ne porte ce nom. Vérifiez l’orthographe dans la liste des comptes.",
    en="No account has this name. Check the spelling in the list of accounts.",
)
NO_TOKEN: Final = Phrase(
    fr="Aucun jeton en cours de validité ne porte ce numéro. Consultez la liste des jetons.",
    en="No token in force has this number. See the list of tokens.",
)
BAD_LIFETIME: Final = Phrase(
    fr="La durée d’un jeton doit être positive et d’au plus {limit} jours.",
    en="A token's lifetime must be positive and at most {limit} days.",
)

# --- Passwords ------------------------------------------------------------------------------
WEAK_PASSWORD: Final = Phrase(
    fr="Ce mot de passe est trop facile à deviner. Prenez au moins 12 caractères avec des "
    "minuscules, des majuscules, des chiffres et des caractères spéciaux ; ou 14 caractères avec "
    "des minuscules, des majuscules et des chiffres ; ou une phrase d’au moins 7 mots différents ; "
    "ou 18 lettres quelconques qui ne se suivent pas, 25 s’il n’y a que des chiffres.",
    en="This password is too easy to guess. Take at least 12 characters with lower case, upper "
    "case, digits and special characters; or 14 characters with lower case, upper case and "
    "digits; or a phrase of at least 7 different words; or any 18 letters that do not follow each "
    "other, 25 if there are digits alone.",
)
HOUSE_PASSWORD: Final = Phrase(
    fr="Ce mot de passe tient trop à un mot que tous connaissent ici (le nom de l’établissement, "
    "un métier, un service) : ajoutez-en d’autres, ou prenez autre chose.",
    en="This password rests too much on a word that everybody knows here (the establishment’s "
    "name, a profession, a unit): add others to it, or take something else.",
)
REPEATED_PASSWORD: Final = Phrase(
    fr="Ce mot de passe répète trop les mêmes caractères : il en faut au moins {least} différents.",
    en="This password repeats the same characters too much: at least {least} must differ.",
)
NAME_IN_PASSWORD: Final = Phrase(
    fr="Le mot de passe ne doit pas contenir le nom du compte.",
    en="The password must not contain the account's name.",
)
COMMON_PASSWORD: Final = Phrase(
    fr="Ce mot de passe est parmi ceux que l’on devine en premier : un mot très courant, même "
    "suivi de chiffres. Prenez plusieurs mots sans rapport entre eux.",
    en="This password is among those that are guessed first: a very common word, even with "
    "digits after it. Take several unrelated words.",
)
BAD_PASSWORD: Final = Phrase(
    fr="Le mot de passe doit être fait de caractères visibles, {limit} au plus.",
    en="The password must be made of visible characters, {limit} at most.",
)

# --- Signing in -----------------------------------------------------------------------------
BAD_PURPOSE = Phrase(
    fr="Cette finalité n’est pas de celles de votre rôle.",
    en="This purpose is not one of your role's.",
)
WRONG: Final = Phrase(
    fr="Le nom du compte ou le mot de passe est incorrect. Vérifiez la saisie ; si vous avez "
    "oublié votre mot de passe, adressez-vous à votre administrateur.",
    en="The account name or the password is wrong. Check what you typed; if you forgot your "
    "password, ask your administrator.",
)
PAUSED: Final = Phrase(
    fr="Trop d’essais pour ce compte. Attendez {minutes} min avant de recommencer ; en cas "
    "d’urgence, adressez-vous à votre administrateur.",
    en="Too many attempts for this account. Wait {minutes} min before trying again; if it is "
    "urgent, ask your administrator.",
)
CROWDED: Final = Phrase(
    fr="Trop de connexions arrivent en même temps. Recommencez dans quelques secondes.",
    en="Too many people are signing in at the same time. Try again in a few seconds.",
)

NO_SESSION: Final = Phrase(
    fr="Cette session est terminée. Connectez-vous de nouveau.",
    en="This session has ended. Sign in again.",
)
STALE_PROOF: Final = Phrase(
    fr="Confirmez d’abord que c’est bien vous, puis recommencez : rien n’a été modifié.",
    en="Confirm first that it is you, then try again: nothing was changed.",
)
WRONG_PASSWORD: Final = Phrase(
    fr="Ce n’est pas le bon mot de passe. Vérifiez la saisie ; si vous l’avez oublié, "
    "adressez-vous à votre administrateur.",
    en="This is not the right password. Check what you typed; if you forgot it, ask your "
    "administrator.",
)
WRONG_CODE: Final = Phrase(
    fr="Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant et recommencez ; si "
    "aucun n’est accepté, vérifiez l’heure du téléphone.",
    en="This code is not the right one, or has been used. Wait for the next and try again; if none "
    "is accepted, check the telephone's clock.",
)
WRONG_PASSKEY: Final = Phrase(
    fr="Cette clé d’accès n’ouvre pas de session ici. Recommencez ; si elle n’est toujours pas "
    "reconnue, connectez-vous par mot de passe.",
    en="This passkey does not sign you in here. Try again; if it is still not recognised, sign in "
    "with your password.",
)
COPIED_PASSKEY: Final = Phrase(
    fr="Cette clé d’accès a peut-être été copiée : son compteur est revenu en arrière. Elle n’est "
    "plus acceptée. Prévenez votre administrateur, retirez-la et enregistrez-en une autre.",
    en="This passkey may have been copied: its counter went back. It is no longer accepted. Tell "
    "your administrator, remove it and register another.",
)

# --- Second factors -------------------------------------------------------------------------
BAD_OFFER: Final = Phrase(
    fr="Cette mise en place a expiré. Recommencez-la : rien n’a été enregistré.",
    en="This set-up has expired. Start again: nothing was saved.",
)
BAD_LABEL: Final = Phrase(
    fr="Donnez à la clé d’accès un nom de 1 à {limit} caractères : « Téléphone », « Clé bleue ».",
    en="Give the passkey a name of 1 to {limit} characters: “Telephone”, “Blue key”.",
)
TOO_MANY_PASSKEYS: Final = Phrase(
    fr="Un compte a {limit} clés d’accès au plus. Retirez-en une qui ne sert plus.",
    en="An account has {limit} passkeys at most. Remove one that is no longer used.",
)
KNOWN_PASSKEY: Final = Phrase(
    fr="Cette clé d’accès est déjà enregistrée.",
    en="This passkey is registered already.",
)
LAST_FACTOR: Final = Phrase(
    fr="Votre rôle demande un second facteur : enregistrez-en un autre avant de retirer celui-ci.",
    en="Your role requires a second factor: register another before you remove this one.",
)
NO_FACTOR: Final = Phrase(
    fr="Ce moyen de connexion n’est pas enregistré, ou vient d’être retiré. Rechargez la page.",
    en="This factor is not registered, or was just removed. Reload the page.",
)

# --- Scopes ---------------------------------------------------------------------------------
SCOPE_COUNT: Final = Phrase(
    fr="Indiquez au moins une portée, en {limit} caractères au plus : « system/Patient.rs ».",
    en="Give at least one scope, in at most {limit} characters: “system/Patient.rs”.",
)
SCOPE_FORM: Final = Phrase(
    fr="La portée « {scope} » n’a pas la forme attendue : « system/Patient.rs » ou "
    "« system/*.cruds ».",
    en="The scope “{scope}” does not have the expected form: “system/Patient.rs”, "
    "“system/*.cruds”.",
)
SCOPE_LEVEL: Final = Phrase(
    fr="La portée « {scope} » ne convient pas à un système : elle doit commencer par « system/ ».",
    en="The scope “{scope}” does not suit a machine client: it must begin with “system/”.",
)
SCOPE_TYPE: Final = Phrase(
    fr="La portée « {scope} » nomme « {type} », qui n’est pas un type de ressource FHIR R4.",
    en="The scope “{scope}” names “{type}”, which is not a FHIR R4 resource type.",
)
SCOPE_RIGHTS: Final = Phrase(
    fr="La portée « {scope} » demande des droits inconnus : écrivez, dans cet ordre, une ou "
    "plusieurs des lettres c, r, u, d, s, ou bien « read », « write », « * ».",
    en="The scope “{scope}” asks for unknown rights: write, in this order, one or more of the "
    "letters c, r, u, d, s, or else “read”, “write”, “*”.",
)
SCOPE_FILTER: Final = Phrase(
    fr="La recherche qui limite la portée « {scope} » n’est pas comprise : elle se fait avec les "
    "paramètres de recherche du type nommé, sans chaînage ni tri : « patient/Observation.rs?"
    "category=laboratory ».",
    en="The search that limits the scope “{scope}” is not understood: it is made of the search "
    "parameters of the type it names, without chains or sorting: “patient/Observation.rs?"
    "category=laboratory”.",
)
TOO_MANY = Phrase(
    fr="Trop de requêtes à la fois ou dans la minute (limite : {limit}) : réessayez "
    "dans {seconds} s.",
    en="Too many requests at once or within the minute (limit: {limit}): try again in {seconds} s.",
)

# --- The life of an account -----------------------------------------------------------------
BAD_FACT: Final = {
    "practitioner": Phrase(
        fr="Le compte d’un patient désigne son dossier (« Patient/123 ») ; celui d’un "
        "professionnel, sa fiche (« Practitioner/123 ») ou rien.",
        en="A patient's account names a record (“Patient/123”); a professional's, a "
        "“Practitioner/123” or nothing.",
    ),
    "units": Phrase(
        fr="Une unité s’écrit « Location/123 », « Organization/123 » ou « système|code ».",
        en="A unit is written “Location/123”, “Organization/123” or “system|code”.",
    ),
    "national": Phrase(
        fr="L’identifiant national est 8 suivi des 11 chiffres du RPPS, ou 0 suivi des "
        "9 caractères de l’ADELI.",
        en="The national identifier is 8 and the 11 digits of the RPPS, or 0 and the 9 characters "
        "of the ADELI.",
    ),
    "specialty": Phrase(
        fr="La spécialité est un code de la TRE_R38 : « SM26 ».",
        en="The specialty is a code of TRE_R38: “SM26”.",
    ),
    "email": Phrase(
        fr="Cette adresse électronique n’a pas la forme attendue : « claire@clinique.fr ».",
        en="This e-mail address does not have the expected form: “claire@clinique.fr”.",
    ),
    "until": Phrase(
        fr="La date de fin doit dire son fuseau horaire.",
        en="The end must say its time zone.",
    ),
}
TOO_MANY_UNITS: Final = Phrase(
    fr="Un compte a {limit} unités au plus.",
    en="An account has {limit} units at most.",
)
CHANGED_MEANWHILE: Final = Phrase(
    fr="Ce compte a été modifié pendant que vous le regardiez : rien n’a été enregistré. "
    "Relisez-le, puis recommencez.",
    en="This account was changed while you were looking at it: nothing was saved. Read it again, "
    "then start over.",
)
LAST_ADMINISTRATOR: Final = Phrase(
    fr="C’est le dernier compte sans date de fin qui gère les comptes. Donnez d’abord ce rôle à "
    "quelqu’un d’autre.",
    en="This is the last account without an end that manages accounts. Give somebody else that "
    "role first.",
)
NOT_ONESELF: Final = Phrase(
    fr="On ne modifie pas son propre compte : demandez-le à un autre administrateur.",
    en="Nobody changes his own account: ask another administrator.",
)
BAD_INVITATION: Final = Phrase(
    fr="Cette invitation ne vaut pas, ou ne vaut plus : elle sert une fois, pendant {hours} h, et "
    "la dernière remplace les autres. Demandez-en une à votre administrateur.",
    en="This invitation is not good, or not any more: it serves once, for {hours} h, and the last "
    "one made replaces the others. Ask your administrator for one.",
)
CLOSED_ACCOUNT: Final = Phrase(
    fr="Ce compte est fermé : personne n’y entre. Rouvrez-le d’abord.",
    en="This account is closed: nobody comes in with it. Open it again first.",
)

# --- Lists of accounts ------------------------------------------------------------------------
BAD_ENCODING: Final = Phrase(
    fr="Ce fichier n’est pas du texte en UTF-8 ni en Windows-1252 : enregistrez-le en « CSV "
    "UTF-8 ».",
    en="This file is text neither in UTF-8 nor in Windows-1252. Save it as “CSV UTF-8”.",
)
BAD_COLUMN: Final = Phrase(
    fr="La première ligne nomme les colonnes, chacune une fois, dont « compte ». Colonnes lues : "
    "{known}.",
    en="The first line names the columns, each once, “compte” among them. Columns read: {known}.",
)
BAD_WIDTH: Final = Phrase(
    fr="Cette ligne n’a pas autant de cellules que la première, ou un guillemet y reste ouvert.",
    en="This line has not as many cells as the first one, or a quotation mark stays open.",
)
NAME_TWICE: Final = Phrase(
    fr="Ce compte est déjà plus haut dans la liste. Gardez une seule ligne.",
    en="This account stands higher up in the list. Keep one line.",
)
LIST_EMPTY: Final = Phrase(
    fr="La liste est vide : une ligne de colonnes, puis une ligne par compte.",
    en="The list is empty: a line of columns, then a line for each account.",
)
LIST_TOO_LONG: Final = Phrase(
    fr="La liste est trop longue ({limit} au plus). Faites-en plusieurs.",
    en="The list is too long ({limit} at most). Make several of it.",
)
LIST_FAULTY: Final = Phrase(fr="Ligne {line} : {fr}", en="Line {line}: {en}")
