"""What the channel `hl7v2` refuses, and why a message was not taken."""

from typing import Final

from hygie.refusal import Phrase

TOPIC: Final = Phrase(
    "Un message HL7 v2 ne peut dire que ces sujets : {known}.",
    "A message of HL7 v2 can tell these topics only: {known}.",
)
PAYLOAD: Final = Phrase(
    "Le contenu est un message HL7 v2 : « x-application/hl7-v2+er7 ».",
    "The payload is a message of HL7 v2: “x-application/hl7-v2+er7”.",
)
CONTENT: Final = Phrase(
    "Un message HL7 v2 dit un événement entier : « full-resource », un événement par notification.",
    "A message of HL7 v2 tells one event in full: “full-resource”, one event in a notification.",
)
HEADER: Final = Phrase(
    "« {name} » n’est pas un champ à choisir : MSH-3, MSH-4, MSH-5, MSH-6, MSH-11.",
    "“{name}” is no field to choose: MSH-3, MSH-4, MSH-5, MSH-6, MSH-11.",
)
NO_PATIENT: Final = Phrase(
    "La ressource ou son patient ne peuvent être lus avec les droits de l’abonné.",
    "The resource or its patient cannot be read with the rights of the subscriber.",
)
NO_ANSWER: Final = Phrase(
    "La destination HL7 v2 n’a pas acquitté à temps, ou a coupé la connexion.",
    "The HL7 v2 destination did not acknowledge in time, or cut the connection.",
)
NO_ACKNOWLEDGEMENT: Final = Phrase(
    "La destination HL7 v2 a répondu, mais pas par l’acquittement de ce message.",
    "The HL7 v2 destination answered, but not with the acknowledgement of this message.",
)
CODE: Final = Phrase(
    "La destination HL7 v2 n’a pas pris le message : « {code} ».",
    "The HL7 v2 destination did not take the message: “{code}”.",
)
