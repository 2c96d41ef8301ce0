"""What is said of values of data types, in French and in English."""

from typing import Final

from hygie.refusal import Phrase

SIZE: Final = Phrase(
    "La taille annoncée est de {stated} octets, celle des données de {found} : corrigez « size », "
    "ou retransmettez les données si elles sont tronquées.",
    "The stated size is {stated} bytes, that of the data is {found}: mend “size”, or send the "
    "data again if they were cut.",
)
HASH: Final = Phrase(
    "L’empreinte annoncée, {stated}, n’est pas celle des données, {found} (SHA-1, en base64) : "
    "les données ont changé, ou « hash » est faux.",
    "The stated hash, {stated}, is not that of the data, {found} (SHA-1, in base64): the data "
    "have changed, or “hash” is wrong.",
)
NO_CONTENT: Final = Phrase(
    "Une pièce jointe sans données ni adresse dit au moins son contentType ou sa langue.",
    "An attachment with neither data nor address says at least its contentType or language.",
)
LOCAL_SYSTEM: Final = Phrase(
    "Le système d’un identifiant est une URI absolue, pas « {found} » : donnez-la entière, "
    "par exemple urn:oid:….",
    "The system of an identifier is an absolute URI, not “{found}”: give it whole, urn:oid:… "
    "for example.",
)
NOT_A_URI: Final = Phrase(
    "Avec le système {system}, la valeur d’un identifiant est une URI entière (urn:oid:…, "
    "urn:uuid:…, https://…), pas « {found} ».",
    "With the system {system}, the value of an identifier is a whole URI (urn:oid:…, urn:uuid:…, "
    "https://…), not “{found}”.",
)
