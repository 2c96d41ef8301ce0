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
