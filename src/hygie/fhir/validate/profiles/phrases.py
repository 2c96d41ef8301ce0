"""What is said of a resource and a profile, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

# --- the profile itself -------------------------------------------------------------------
UNKNOWN: Final = Phrase(
    "Le profil « {claimed} » n’est pas connu ici : la ressource n’a pas été vérifiée contre lui."
    " Ajoutez le paquet qui le définit ({publisher}).",
    "The profile “{claimed}” is not known here: the resource was not checked against it."
    " Add the package that defines it ({publisher}).",
)
UNUSABLE: Final = Phrase(
    "Le profil « {profile} » ne peut pas être appliqué : {reason}"
    " Signalez-le à qui publie le profil.",
    "The profile “{profile}” cannot be applied: {reason_en} Report it to whoever publishes it.",
)
MALFORMED: Final = Phrase(
    "sa définition est mal formée ({where}).", "its definition is malformed ({where})."
)
NO_SNAPSHOT: Final = Phrase(
    "il n’a pas de « snapshot » et son différentiel n’a pas pu être appliqué.",
    "it has no snapshot, and its differential could not be applied.",
)
NO_ROOT: Final = Phrase(
    "son premier élément n’est pas sa racine.", "its first element is not its root."
)
ORPHAN: Final = Phrase(
    "l’élément « {where} » n’a pas de parent.", "the element “{where}” has no parent."
)
NO_SUCH_TYPE: Final = Phrase(
    "il contraint le type « {where} », que R4 n’a pas.",
    "it constrains the type “{where}”, which R4 does not have.",
)
TOO_DEEP: Final = Phrase(
    "ses éléments sont imbriqués trop profondément.", "its elements are nested too deeply."
)
OTHER_TYPE: Final = Phrase(
    "Le profil « {profile} » est fait pour {expected}, pas pour {found}.",
    "The profile “{profile}” is made for {expected}, not for {found}.",
)

# --- cardinality, types -------------------------------------------------------------------
MISSING: Final = Phrase(
    "Le profil exige l’élément « {name} », et il manque.",
    "The profile requires the element “{name}”, and it is missing.",
)
TOO_FEW: Final = Phrase(
    "Le profil exige au moins {limit} occurrences de « {name} » ; il y en a {count}.",
    "The profile requires at least {limit} occurrences of “{name}”; there are {count}.",
)
PROHIBITED: Final = Phrase(
    "Le profil ne permet pas l’élément « {name} » : retirez-le.",
    "The profile does not allow the element “{name}”: remove it.",
)
TOO_MANY: Final = Phrase(
    "Le profil permet au plus {limit} occurrences de « {name} » ; il y en a {count}.",
    "The profile allows at most {limit} occurrences of “{name}”; there are {count}.",
)
TYPE: Final = Phrase(
    "Le profil ne permet pas ici le type {found}. Types permis : {types}.",
    "The profile does not allow the type {found} here. Allowed types: {types}.",
)
TYPE_PROFILE: Final = Phrase(
    "Cette valeur n’est conforme à aucun des profils permis ici : {profiles}.",
    "This value conforms to none of the profiles allowed here: {profiles}.",
)

# --- values -------------------------------------------------------------------------------
FIXED: Final = Phrase(
    "Le profil fixe cette valeur à « {expected} » ; « {found} » a été trouvé.",
    "The profile fixes this value to “{expected}”; “{found}” was found.",
)
PATTERN: Final = Phrase(
    "Le profil exige que cette valeur contienne « {expected} » ; « {found} » a été trouvé.",
    "The profile requires this value to contain “{expected}”; “{found}” was found.",
)
LOW: Final = Phrase(
    "La valeur {found} est inférieure au minimum du profil, {limit}.",
    "The value {found} is below the minimum of the profile, {limit}.",
)
HIGH: Final = Phrase(
    "La valeur {found} est supérieure au maximum du profil, {limit}.",
    "The value {found} is above the maximum of the profile, {limit}.",
)
LONG: Final = Phrase(
    "Ce texte a {count} caractères, le profil en permet au plus {limit}.",
    "This text has {count} characters, the profile allows at most {limit}.",
)

SHORT: Final = Phrase(
    "Ce texte a {count} caractères, le profil en demande au moins {limit}.",
    "This text has {count} characters, the profile asks for at least {limit}.",
)
DIGITS: Final = Phrase(
    "{found} a {count} décimales, le profil en permet au plus {limit}.",
    "{found} has {count} decimal places, the profile allows at most {limit}.",
)
SIZE: Final = Phrase(
    "Cette pièce jointe a {count} octets, le profil en permet au plus {limit}.",
    "This attachment has {count} bytes, the profile allows at most {limit}.",
)
FORM: Final = Phrase(
    "« {found} » n’a pas la forme que le profil exige : {expected}.",
    "“{found}” is not of the form that the profile requires: {expected}.",
)

# --- slices -------------------------------------------------------------------------------
SLICE_MISSING: Final = Phrase(
    "Il manque « {name} » de la tranche « {slice} » : le profil en exige au moins {limit},"
    " il y en a {count}. On reconnaît la tranche à : {by}.",
    "The slice “{slice}” of “{name}” is missing: the profile requires at least {limit},"
    " there are {count}. The slice is told by: {by}.",
)
SLICE_MORE: Final = Phrase(
    "La tranche « {slice} » de « {name} » a {count} occurrences, le profil en permet au plus"
    " {limit}.",
    "The slice “{slice}” of “{name}” occurs {count} times, the profile allows at most {limit}.",
)
SLICE_CLOSED: Final = Phrase(
    "Cet élément ne correspond à aucune des tranches que le profil permet : {slices}."
    " On les reconnaît à : {by}.",
    "This element matches none of the slices that the profile allows: {slices}."
    " They are told by: {by}.",
)
SLICE_ORDER: Final = Phrase(
    "La tranche « {slice} » vient trop tard : le profil veut l’ordre {slices}.",
    "The slice “{slice}” comes too late: the profile wants the order {slices}.",
)
SLICE_END: Final = Phrase(
    "Le profil ne permet d’autres éléments qu’après toutes les tranches ; « {slice} » vient après.",
    "The profile allows other elements only after all slices; “{slice}” comes after one.",
)
SLICE_SEVERAL: Final = Phrase(
    "Cet élément correspond à plusieurs tranches du profil : {slices}.",
    "This element matches several slices of the profile: {slices}.",
)
SLICE_UNDECIDABLE: Final = Phrase(
    "Le profil ne dit pas comment reconnaître la tranche « {slice} » de « {name} » :"
    " elle n’a pas été vérifiée.",
    "The profile does not say how to tell the slice “{slice}” of “{name}”: it was not checked.",
)
