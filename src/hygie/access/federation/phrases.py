"""What is said when signing in by a provider does not go through."""

from typing import Final

from hygie.refusal import Phrase

BAD_DECLARATION: Final = Phrase(
    "fournisseurs.toml, fournisseur « {provider} » : {reason_fr}.",
    "fournisseurs.toml, provider “{provider}”: {reason_en}.",
)
NO_PUBLIC_URL: Final = Phrase(
    "Des fournisseurs d’identité sont déclarés (fournisseurs.toml), mais HYGIE_PUBLIC_URL ne dit "
    "pas l’adresse à laquelle ils renvoient. Indiquez-la.",
    "Identity providers are declared (fournisseurs.toml), but HYGIE_PUBLIC_URL does not say the "
    "address they send back to. Set it.",
)
NO_PROVIDER: Final = Phrase(
    "Aucun fournisseur d’identité ne porte ce nom. Revenez à la page de connexion.",
    "No identity provider has this name. Go back to the sign-in page.",
)
DOWN: Final = Phrase(
    "{title} ne répond pas comme il faut pour l’instant. Réessayez dans quelques minutes, ou "
    "connectez-vous avec votre compte et votre mot de passe.",
    "{title} does not answer properly at the moment. Try again in a few minutes, or sign in with "
    "your account and password.",
)
CROWDED: Final = Phrase(
    "Trop de connexions par {title} arrivent en même temps. Recommencez dans quelques secondes.",
    "Too many people are signing in by {title} at the same time. Try again in a few seconds.",
)
START_AGAIN: Final = Phrase(
    "Cette connexion par un fournisseur d’identité a expiré, a déjà servi, ou n’a pas commencé "
    "dans ce navigateur. Recommencez depuis la page de connexion.",
    "This sign-in by an identity provider has expired, was used before, or did not begin in this "
    "browser. Begin again from the sign-in page.",
)
GIVEN_UP: Final = Phrase(
    "La connexion par {title} a été interrompue. Recommencez, ou connectez-vous avec votre compte.",
    "Signing in by {title} was interrupted. Begin again, or sign in with your account.",
)
INVALID: Final = Phrase(
    "La réponse de {title} n’a pas pu être vérifiée : personne n’a été connecté. Recommencez ; si "
    "cela se reproduit, prévenez votre administrateur.",
    "The answer of {title} could not be verified: nobody was signed in. Begin again; if it happens "
    "again, tell your administrator.",
)
TOO_WEAK: Final = Phrase(
    "{title} vous a reconnu par un moyen trop faible pour l’établissement. Recommencez avec une "
    "carte ou une application d’identification.",
    "{title} knew you by a means too weak for the establishment. Begin again with a card or an "
    "identification application.",
)
UNNAMED: Final = Phrase(
    "{title} n’a pas transmis l’identifiant national qui désigne votre compte. Connectez-vous avec "
    "votre compte et votre mot de passe.",
    "{title} did not give the national identifier that designates your account. Sign in with your "
    "account and password.",
)
NO_ACCOUNT: Final = Phrase(
    "{title} vous a reconnu, mais aucun compte ouvert de l’établissement ne vous correspond. "
    "Demandez à votre administrateur d’inscrire votre identifiant sur votre compte.",
    "{title} knew you, but no open account of the establishment is yours. Ask your administrator "
    "to write your identifier on your account.",
)
AMBIGUOUS: Final = Phrase(
    "{title} vous a reconnu, mais plusieurs comptes portent votre identifiant : aucun n’a été "
    "ouvert. Votre administrateur doit les corriger.",
    "{title} knew you, but several accounts have your identifier: none was opened. Your "
    "administrator must put them right.",
)
OTHER_ROLE: Final = Phrase(
    "{title} vous connaît sous une autre profession que celle de votre compte : il n’a pas été "
    "ouvert. Voyez votre administrateur.",
    "{title} knows you by another profession than your account's: it was not opened. See your "
    "administrator.",
)
NAME_TAKEN: Final = Phrase(
    "{title} vous a reconnu, mais un compte de l’établissement porte déjà ce nom. S’il est le "
    "vôtre, connectez-vous avec son mot de passe, puis liez-le à {title} dans « Ma sécurité ».",
    "{title} knew you, but an account of the establishment already has this name. If it is yours, "
    "sign in with its password, then link it to {title} in “Ma sécurité”.",
)
NO_ROLE: Final = Phrase(
    "{title} vous a reconnu, mais rien de ce qu’il dit de vous ne donne droit à un compte ici.",
    "{title} knew you, but nothing that it says of you entitles you to an account here.",
)
LINK_TAKEN: Final = Phrase(
    "Cette identité de {title} est déjà liée à un autre compte.",
    "This identity of {title} is already linked to another account.",
)
