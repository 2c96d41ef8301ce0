"""The sentences of these operations, in French and in English."""

from hygie.refusal import Phrase

META_INPUT = Phrase(
    fr="Un paramètre « meta » (valueMeta) est attendu, avec des profils, étiquettes ou niveaux de "
    "confidentialité, et rien d'autre.",
    en="One parameter “meta” (valueMeta) is expected, with profiles, tags or security labels, and "
    "nothing else.",
)
MANY_LABELS = Phrase(
    fr="Plus de {limit} étiquettes différentes : demandez-les par type ou par ressource.",
    en="More than {limit} different labels: ask for those of a type or of a resource.",
)
MANY_RESOURCES = Phrase(
    fr="Il faudrait lire plus de {limit} ressources : demandez par type ou par ressource.",
    en="More than {limit} resources would have to be read: ask for a type or a resource.",
)
BUSY = Phrase(
    fr="{limit} lectures de ce genre sont déjà en cours, la limite : réessayez dans {seconds} s.",
    en="{limit} readings of this kind are already running, the limit: try again in {seconds} s.",
)
DOCUMENT_PARAMETER = Phrase(
    fr="Le paramètre « {name} » n'est pas attendu ici. $document en a deux, une fois chacun : "
    "« persist » (true ou false), et « id », celui de la Composition, quand l'adresse ne le donne "
    "pas.",
    en="Parameter “{name}” is not expected here. $document has two, once each: “persist” (true or "
    "false), and “id”, that of the Composition, when the address does not give it.",
)
DOCUMENT_ID = Phrase(
    fr="Il faut la Composition : Composition/[id]/$document, ou le paramètre « id ».",
    en="The Composition is needed: Composition/[id]/$document, or parameter “id”.",
)
DOCUMENT_MISSING = Phrase(
    fr="« {found} », que cite la Composition, n'est pas dans cet entrepôt : un document contient "
    "tout ce que cite sa Composition.",
    en="“{found}”, that the Composition refers to, is not in this store: a document holds all that "
    "its Composition refers to.",
)
DOCUMENT_SIZE = Phrase(
    fr="Le document dépasserait {limit} ressources.",
    en="The document would have more than {limit} resources.",
)
LASTN_SUBJECT = Phrase(
    fr="$lastn demande un patient, et un seul : « patient » ou « subject ».",
    en="$lastn needs one patient, and no more: “patient” or “subject”.",
)
LASTN_CODE = Phrase(
    fr="$lastn demande « category », « code » ou un autre paramètre qui dit quelles observations.",
    en="$lastn needs “category”, “code” or another parameter that says which observations.",
)
LASTN_PARAMETER = Phrase(
    fr="Le paramètre « {name} » n’est pas attendu ici, ou pas avec cette valeur. « max » est un "
    "nombre à partir de 1 ; l’ordre et le nombre de réponses sont ceux de $lastn.",
    en="Parameter “{name}” is not expected here, or not with this value. “max” is a number from 1 "
    "up; the order and the number of answers are those of $lastn.",
)
LASTN_MANY = Phrase(
    fr="Il faudrait lire plus de {limit} observations : précisez « code » ou « date ».",
    en="More than {limit} observations would have to be read: say which by “code” or “date”.",
)
STATS_SUBJECT = Phrase(
    fr="$stats demande un sujet : « subject=Patient/… ».",
    en="$stats needs a subject: “subject=Patient/…”.",
)
STATS_CODE = Phrase(
    fr="$stats demande de 1 à {limit} codes : « code » (avec « system »), ou « coding ».",
    en="$stats needs 1 to {limit} codes: “code” (with “system”), or “coding”.",
)
STATS_STATISTIC = Phrase(
    fr="$stats demande « statistic », parmi : {known}.",
    en="$stats needs “statistic”, one or several of: {known}.",
)
STATS_PARAMETER = Phrase(
    fr="Le paramètre « {name} » n’est pas attendu ici, ou pas avec cette valeur.",
    en="Parameter “{name}” is not expected here, or not with this value.",
)
STATS_UNITS = Phrase(
    fr="« {one} » et « {other} » ne mesurent pas la même chose : ces valeurs ne font pas une "
    "statistique. Précisez le code ou la période.",
    en="“{one}” and “{other}” do not measure the same thing: these values make no statistics. Say "
    "which by code or period.",
)
STATS_MANY = Phrase(
    fr="Il faudrait lire plus de {limit} observations : précisez la période.",
    en="More than {limit} observations would have to be read: say which period.",
)
