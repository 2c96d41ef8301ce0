"""What is said of the directory, and of what it would do."""

from typing import Final

from hygie.refusal import Phrase

NONE: Final = Phrase(
    "Aucun annuaire n’est déclaré : annuaire.toml manque dans {path}.",
    "No directory is declared: annuaire.toml is missing in {path}.",
)
BAD: Final = Phrase("annuaire.toml, {place} : {fr}.", "annuaire.toml, {place}: {en}.")
UNREACHABLE: Final = Phrase(
    "L’annuaire {host} ne répond plus : rien n’a été fait. Réessayez.",
    "The directory {host} does not answer any more: nothing was done. Try again.",
)
UNTRUSTED: Final = Phrase(
    "Le certificat de l’annuaire {host} n’est pas de confiance, ou n’est pas à ce nom : rien n’a "
    "été demandé. Vérifiez « ca » et « url » dans annuaire.toml.",
    "The certificate of the directory {host} is not trusted, or not of that name: nothing was "
    "asked. Check “ca” and “url” in annuaire.toml.",
)
NO_STARTTLS: Final = Phrase(
    "L’annuaire {host} ne prend pas StartTLS : rien n’a été demandé. Utilisez ldaps://.",
    "The directory {host} does not take StartTLS: nothing was asked. Use ldaps://.",
)
NO_PASSWORD: Final = Phrase(
    "Le fichier « secret » d’annuaire.toml est vide : sans mot de passe, l’annuaire ouvrirait à "
    "n’importe qui.",
    "The file “secret” of annuaire.toml is empty: without a password, the directory would open to "
    "anybody.",
)
BIND_REFUSED: Final = Phrase(
    "L’annuaire {host} refuse le compte de lecture (code {result}) : vérifiez « bind » et le "
    "fichier « secret ».",
    "The directory {host} refuses the reading account (code {result}): check “bind” and the file "
    "“secret”.",
)
INCOMPLETE: Final = Phrase(
    "L’annuaire {host} n’a pas tout donné (code {result}) : rien n’a été fait, car qui manque "
    "passerait pour parti. Vérifiez « base », les droits de lecture et les limites de l’annuaire.",
    "The directory {host} did not give all (code {result}): nothing was done, for who is missing "
    "would seem to have left. Check “base”, the rights to read and the limits of the directory.",
)
REFERRAL: Final = Phrase(
    "L’annuaire {host} renvoie vers un autre serveur, où Hygie ne va pas : rien n’a été fait. "
    "Déclarez le serveur qui porte « base ».",
    "The directory {host} refers to another server, where Hygie does not go: nothing was done. "
    "Declare the server that has “base”.",
)
TOO_MANY: Final = Phrase(
    "L’annuaire {host} donne plus que permis ({limit}) : rien n’a été fait. Précisez « base » ou "
    "« where ».",
    "The directory {host} gives more than allowed ({limit}): nothing was done. Narrow “base” or "
    "“where”.",
)
NO_ID: Final = Phrase(
    "L’annuaire ne donne pas l’identifiant « {attribute} » de chacun : rien n’a été fait. Le "
    "compte de lecture doit pouvoir le lire.",
    "The directory does not give everybody's identifier “{attribute}”: nothing was done. The "
    "reading account must be able to read it.",
)
NO_GROUP: Final = Phrase(
    "Le groupe « {group} » ne se lit pas en entier dans l’annuaire : rien n’a été fait.",
    "The group “{group}” cannot be read whole in the directory: nothing was done.",
)
BAD_LINK: Final = Phrase(
    "Le lien du compte « {account} » avec l’annuaire a été modifié dans la base : rien n’a "
    "été fait.",
    "The link of the account “{account}” with the directory was altered in the database: nothing "
    "was done.",
)

# --- Of one line -------------------------------------------------------------------------------
NO_VALUE: Final = Phrase(
    "« {attribute} » manque, se répète, ou ne se lit pas.",
    "“{attribute}” is missing, repeated, or cannot be read.",
)
TWICE: Final = Phrase(
    "Cet identifiant de connexion désigne plusieurs personnes de l’annuaire.",
    "This login names several people of the directory.",
)
NATIONAL_TWICE: Final = Phrase(
    "Cet identifiant national (RPPS, ADELI) est aussi celui d’un autre compte.",
    "This national identifier (RPPS, ADELI) is another account's as well.",
)
BY_HAND: Final = Phrase(
    "Un compte de ce nom existe, que l’annuaire n’a pas fait : il reste tel quel.",
    "There is an account of this name that the directory did not make: it stays as it is.",
)
NO_ROLE: Final = Phrase(
    "Aucune règle de rôle ne convient : pas de compte.", "No rule gives a role: no account."
)

# --- What is told ------------------------------------------------------------------------------
ARRIVE: Final = Phrase("créé", "created")
CHANGE: Final = Phrase("modifié", "changed")
RETURN: Final = Phrase("rouvert", "opened again")
CLOSE: Final = Phrase("fermé", "closed")
REFUSED: Final = Phrase("refusé", "refused")
RENAMED: Final = Phrase(
    "s’appelle maintenant « {login} » dans l’annuaire ; le compte garde son nom",
    "is now called “{login}” in the directory; the account keeps its name",
)
WHY_GONE: Final = Phrase("n’est plus dans l’annuaire", "is not in the directory any more")
WHY_DISABLED: Final = Phrase("désactivé dans l’annuaire", "disabled in the directory")
WHY_NO_ROLE: Final = Phrase("plus aucune règle de rôle", "no rule gives a role any more")
STOPPED: Final = Phrase(
    "Arrêt de sécurité : {count} comptes ouverts sur {open} seraient fermés (au plus {limit}). "
    "Rien n’a été fait. Si c’est bien ce qui s’est passé, recommencez avec --force.",
    "Safety stop: {count} of {open} open accounts would be closed (at most {limit}). Nothing was "
    "done. If that is what happened, start again with --force.",
)
COUNTS: Final = Phrase(
    "{people} personnes lues : {arrive} créés, {change} modifiés, {return} rouverts, {close} "
    "fermés, {refused} refusés, {same} inchangés, {without} sans rôle.",
    "{people} people read: {arrive} created, {change} changed, {return} opened again, {close} "
    "closed, {refused} refused, {same} as they are, {without} without role.",
)
NOTHING_DONE: Final = Phrase("Essai : rien n’a été fait.", "Dry run: nothing was done.")
CONNECTED: Final = Phrase(
    "{host} : relié ({how}), compte de lecture accepté.",
    "{host}: connected ({how}), the reading account is accepted.",
)
PAGE_READ: Final = Phrase(
    "{count} personnes dans la première page, dont {refused} illisibles.",
    "{count} people in the first page, {refused} of them unreadable.",
)
NOBODY_FOUND: Final = Phrase(
    "Personne n’est trouvé : vérifiez « base », « classes » et « where ».",
    "Nobody is found: check “base”, “classes” and “where”.",
)
INACTIVE: Final = Phrase("(désactivé)", "(disabled)")
ROLELESS: Final = Phrase("(sans rôle)", "(no role)")
