"""What this room says when a message cannot be understood as care data."""

from hygie.refusal import Phrase

UNKNOWN_SEX = Phrase(
    "« {found} » n’est pas un code de sexe (M, F, U…).",
    "'{found}' is not a code of sex (M, F, U…).",
)
NO_VISIT = Phrase(
    "Le message annonce un mouvement mais ne donne pas de numéro de venue (PV1-19 ou PID-18).",
    "The message announces a movement but gives no visit number (PV1-19 or PID-18).",
)
MOVEMENT_END = Phrase(
    "ZBE-3 doit rester vide (PAM-FR). Les champs du segment ZBE sont peut-être décalés.",
    "ZBE-3 must stay empty (PAM-FR). The fields of the ZBE segment may be shifted.",
)
MOVEMENT_ACTION = Phrase(
    "ZBE-4 doit être INSERT, UPDATE ou CANCEL, en accord avec l’événement ; reçu : « {found} ».",
    "ZBE-4 must be INSERT, UPDATE or CANCEL, in agreement with the event; received: '{found}'.",
)
VISIT_DOUBTFUL = Phrase(
    "Ce numéro de venue a aussi servi pour un autre patient, sans qu’aucun mouvement l’ait annoncé"
    " : le contenu a été enregistré dans le dossier, sans lien avec un séjour.",
    "This visit number was used for another patient too, and no movement has announced it: the"
    " content was filed in the record, without a link to a stay.",
)
VISIT_OF_ANOTHER = Phrase(
    "Ce numéro de venue appartient à un autre patient. Vérifiez l’identité ou fusionnez les"
    " doublons, puis rejouez le message.",
    "This visit number belongs to another patient. Check the identity or merge the duplicates, then"
    " replay the message.",
)
A08_EXCLUDED = Phrase(
    "A08 est exclu de PAM-FR : le message a été traité comme une mise à jour d’identité (A31)."
    " Demandez à l’émetteur d’envoyer A31 ou Z99.",
    "A08 is excluded from PAM-FR: the message was treated as an identity update (A31). Ask the"
    " sender to send A31 or Z99.",
)
NO_ORDER = Phrase(
    "Le compte rendu n’a pas de numéro (OBR-3 ou OBR-2) : une correction ne pourrait pas le"
    " retrouver.",
    "The report has no number (OBR-3 or OBR-2): a correction could not find it again.",
)
RESULT_OUTSIDE = Phrase(
    "Ce résultat n’est précédé d’aucun segment OBR.", "No OBR segment comes before this result."
)
UNKNOWN_VALUE_TYPE = Phrase(
    "Le type de valeur « {found} » n’est pas pris en charge.",
    "Value type '{found}' is not supported.",
)
NOT_A_NUMBER = Phrase("« {found} » n’est pas un nombre.", "'{found}' is not a number.")
NOT_BASE64 = Phrase(
    "Le document n’est pas un contenu Base64 entier : il est peut-être tronqué.",
    "The document is not whole Base64 content: it may be truncated.",
)
UNPADDED = Phrase(
    "Le Base64 du document n’a pas le remplissage qui en marque la fin : rien ne montre qu’il est"
    " entier. Il a été enregistré ; comparez-le à l’original.",
    "The Base64 of the document lacks the padding that marks its end: nothing shows that it is"
    " whole. It was filed; compare it with the original.",
)
NO_DOCUMENT = Phrase(
    "Le message annonce un document, mais aucun segment OBX n’en contient.",
    "The message announces a document, but no OBX segment holds one.",
)
UNKNOWN_DOCUMENT = Phrase(
    "Le document à modifier ou à supprimer n’est pas connu.",
    "The document to change or delete is not known.",
)
DOCUMENT_OF_ANOTHER = Phrase(
    "Ce numéro de document appartient à un autre patient.",
    "This document number belongs to another patient.",
)
REPORT_OF_ANOTHER = Phrase(
    "Ce numéro de compte rendu appartient à un autre patient. Vérifiez l’identité, puis rejouez le"
    " message.",
    "This report number belongs to another patient. Check the identity, then replay the message.",
)
REPLACED_UNKNOWN = Phrase(
    "Le document remplacé n’est pas connu : la nouvelle version a été enregistrée seule. S’il"
    " arrive après, il sera aussitôt noté comme remplacé.",
    "The replaced document is not known: the new version was filed alone. Should it come later,"
    " it will be noted as replaced at once.",
)
REPLACED_ALREADY = Phrase(
    "Ce document arrive après celui qui le remplace : il est enregistré comme remplacé.",
    "This document comes after the one that replaces it: it is filed as superseded.",
)
NOT_XML = Phrase(
    "Le document est annoncé en XML, mais son contenu n’en est pas : il a été conservé tel quel.",
    "The document is announced as XML, but its content is not: it was kept as it is.",
)
NO_MOMENT = Phrase(
    "Le moment du mouvement manque (ZBE-2, PV1-44 ou EVN-6).",
    "The moment of the movement is missing (ZBE-2, PV1-44 or EVN-6).",
)
CDA_NO_ID = Phrase(
    "Le document CDA n’a pas d’identifiant (ClinicalDocument/id).",
    "The CDA document has no identifier (ClinicalDocument/id).",
)
CDA_NO_PATIENT = Phrase(
    "Le document CDA ne dit pas quel patient il concerne (recordTarget).",
    "The CDA document does not say which patient it is about (recordTarget).",
)
XML_SYNTAX = Phrase(
    "Ce n’est pas un XML bien formé : le document est peut-être tronqué.",
    "This is not well-formed XML: the document may be truncated.",
)
XML_TOO_DEEP = Phrase("Le XML est trop profond.", "The XML is nested too deeply.")
XML_DOCTYPE = Phrase(
    "Une déclaration DOCTYPE n’a pas sa place dans un document CDA : elle est refusée par"
    " sécurité.",
    "A DOCTYPE declaration has no place in a CDA document: it is refused for safety.",
)
DOCUMENT_TOO_LARGE = Phrase(
    "Le document fait {size} octets ; la limite est de {limit}.",
    "The document has {size} bytes; the limit is {limit}.",
)
CDA_NO_DOCUMENT = Phrase(
    "Ce XML ne contient pas de document CDA (ClinicalDocument).",
    "This XML holds no CDA document (ClinicalDocument).",
)
DELIVERED = Phrase("{what} : oui, pour le message {about}.", "{what}: yes, for message {about}.")
NOT_DELIVERED = Phrase(
    "{what} : non, pour le message {about}. {why}", "{what}: no, for message {about}. {why}"
)
ORDER_WITHOUT_NUMBER = Phrase(
    "La demande n’a pas de numéro (ORC-2 ou ORC-3) : rien ne permettrait de la retrouver.",
    "The order has no number (ORC-2 or ORC-3): nothing would find it again.",
)
ORDER_OF_ANOTHER = Phrase(
    "Ce numéro de demande appartient à un autre patient. Vérifiez l’identité, puis rejouez le"
    " message.",
    "This order number belongs to another patient. Check the identity, then replay the message.",
)
APPOINTMENT_WITHOUT_NUMBER = Phrase(
    "Le rendez-vous n’a pas de numéro (SCH-2 ou SCH-1) : rien ne permettrait de le retrouver.",
    "The appointment has no number (SCH-2 or SCH-1): nothing would find it again.",
)
APPOINTMENT_OF_ANOTHER = Phrase(
    "Ce numéro de rendez-vous appartient à un autre patient. Vérifiez l’identité, puis rejouez le"
    " message.",
    "This appointment number belongs to another patient. Check the identity, then replay the"
    " message.",
)
APPOINTMENT_WITHOUT_MOMENT = Phrase(
    "Le rendez-vous n’a ni date ni heure (TQ1-7, SCH-11 ou AIS-4) : personne ne pourrait s’y"
    " rendre.",
    "The appointment has no date and time (TQ1-7, SCH-11 or AIS-4): nobody could go to it.",
)
APPOINTMENT_WITHOUT_END = Phrase(
    "Ni la fin ni la durée du rendez-vous ne sont dites : il est noté à son début.",
    "Neither the end nor the length of the appointment is said: it is noted at its start.",
)
COVERAGE_WITHOUT_PAYOR = Phrase(
    "L’assurance ne dit pas quel organisme paie (IN1-3 ou IN1-4) : elle n’a pas été enregistrée.",
    "The insurance does not say who pays (IN1-3 or IN1-4): it was not filed.",
)
PARENT_UNKNOWN = Phrase(
    "Le résultat auquel ceux-ci se rapportent (OBR-26) n’est pas dans le message : ils ont été"
    " enregistrés sans ce lien.",
    "The result these are about (OBR-26) is not in the message: they were filed without that link.",
)
LINK_SELF = Phrase(
    "Les deux identités à lier sont déjà un seul et même patient.",
    "The two identities to link are one patient already.",
)
NUMBER_OF_ANOTHER = Phrase(
    "Le nouvel identifiant est déjà celui d’un autre patient : il s’agit peut-être de doublons à"
    " fusionner.",
    "The new identifier is already that of another patient: they may be duplicates to merge.",
)
ACCOUNT_UNKNOWN = Phrase(
    "Le dossier ou la venue à rattacher n’est pas connu de ce patient : attendez son admission, ou"
    " corrigez le numéro, puis rejouez le message.",
    "The account or visit to move is not known of this patient: wait for its admission, or correct"
    " the number, then replay the message.",
)
RESULT_LATE = Phrase(
    "Ces résultats sont plus anciens que ceux déjà enregistrés : ils n’ont complété que ce qui"
    " manquait.",
    "These results are older than those filed already: they only filled what was missing.",
)
ELEMENTS_LATE = Phrase(
    "Ce message est plus ancien que ce qui est déjà enregistré : il n’a complété que ce qui"
    " manquait.",
    "This message is older than what is filed already: it only filled what was missing.",
)
DOCUMENT_LATE = Phrase(
    "Ce document est plus ancien que ce qui en est déjà connu (remplacé ou supprimé depuis) : il"
    " reste dans le message.",
    "This document is older than what is known of it already (replaced or deleted since): it stays"
    " in the message.",
)
DELETED_UNKNOWN = Phrase(
    "Le document à supprimer n’était pas connu : il est noté comme supprimé, et le restera si son"
    " original arrive après.",
    "The document to delete was not known: it is noted as deleted, and stays so should its original"
    " come later.",
)
