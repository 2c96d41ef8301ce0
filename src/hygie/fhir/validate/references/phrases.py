"""What is said of references, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

FORMAT: Final = Phrase(
    "« {found} » n’est pas une référence : attendu « Type/id », une URL absolue, "
    "« #id » d’une ressource contenue, ou urn:uuid / urn:oid.",
    "“{found}” is not a reference: expected “Type/id”, an absolute URL, "
    "“#id” of a contained resource, or urn:uuid / urn:oid.",
)
NO_ID: Final = Phrase(
    "Une ressource contenue a un « id », pour que « #id » la désigne : donnez-le-lui.",
    "A contained resource has an “id”, for “#id” to name it: give it one.",
)
SAME_ID: Final = Phrase(
    "Deux ressources contenues portent l’identifiant « {found} ».",
    "Two contained resources have the id “{found}”.",
)
LONE: Final = Phrase(
    "Rien ne référence la ressource contenue « {found} », et elle ne référence pas celle qui la "
    "contient (« # ») : référencez-la par « #{found} », ou retirez-la (règle dom-3).",
    "Nothing refers to the contained resource “{found}”, and it does not refer to the one that "
    "contains it (“#”): refer to it by “#{found}”, or remove it (rule dom-3).",
)
CONTAINED: Final = Phrase(
    "« {found} » ne désigne aucune ressource contenue ici.",
    "“{found}” names no resource contained here.",
)
TARGET: Final = Phrase(
    "Une référence vers {found} n’est pas permise ici. Types permis : {types}.",
    "A reference to {found} is not allowed here. Allowed types: {types}.",
)
TYPE: Final = Phrase(
    "« type » annonce {stated} mais la référence désigne {found}.",
    "“type” states {stated} but the reference names {found}.",
)

NO_SUCH_TYPE: Final = Phrase(
    "« type » annonce « {stated} », qui n’est ni un type de ressource ni une URL absolue.",
    "“type” states “{stated}”, which is neither a type of resource nor an absolute URL.",
)
EMPTY: Final = Phrase(
    "Cette référence ne désigne rien : donnez-lui reference, identifier, ou au moins display.",
    "This reference names nothing: give it reference, identifier, or at least display.",
)

# --- what a profile says ------------------------------------------------------------------
AGGREGATION: Final = Phrase(
    "« {found} » est une référence « {where} » ; le profil en permet : {allowed}.",
    "“{found}” is a “{where}” reference; the profile allows: {allowed}.",
)
NO_VERSION: Final = Phrase(
    "« {found} » ne dit pas de version, que le profil exige : ajoutez « /_history/… ».",
    "“{found}” says no version, which the profile requires: add “/_history/…”.",
)
A_VERSION: Final = Phrase(
    "« {found} » dit une version, que le profil interdit : retirez « /_history/… ».",
    "“{found}” says a version, which the profile forbids: remove “/_history/…”.",
)
PROFILE: Final = Phrase(
    "La ressource que désigne « {found} » n’est conforme à aucun profil permis ici : {profiles}. "
    "Corrigez-la, ou la référence.",
    "The resource that “{found}” names conforms to no profile allowed here: {profiles}. "
    "Mend it, or the reference.",
)

# --- in a bundle --------------------------------------------------------------------------
NO_FULL_URL: Final = Phrase(
    "« {found} » est relative, mais l’entrée du bundle n’a pas de fullUrl à partir duquel la "
    "résoudre : donnez-lui un fullUrl, ou une référence absolue.",
    "“{found}” is relative, but the entry of the bundle has no fullUrl to resolve it from: "
    "give the entry a fullUrl, or an absolute reference.",
)
AMBIGUOUS: Final = Phrase(
    "« {found} » désigne plusieurs entrées du bundle ({entries}) : donnez-leur des fullUrl "
    "différents, ou une référence avec version.",
    "“{found}” names several entries of the bundle ({entries}): give them different fullUrls, "
    "or the reference a version.",
)
NOT_IN_BUNDLE: Final = Phrase(
    "« {found} » ne désigne aucune entrée du bundle, et rien d’autre ne peut la résoudre.",
    "“{found}” names no entry of the bundle, and nothing else can resolve it.",
)
ALIKE: Final = Phrase(
    "« {found} » ne désigne aucune entrée du bundle selon les règles de R4 ; l’entrée {entries} "
    "a ce type et cet id, mais un autre fullUrl ({full_url}).",
    "“{found}” names no entry of the bundle by the rules of R4; entry {entries} has that type "
    "and id, but another fullUrl ({full_url}).",
)
