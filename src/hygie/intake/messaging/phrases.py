"""What is said of FHIR messages that cannot be carried out."""

from hygie.refusal import Phrase

NO_HEADER = Phrase(
    "Un Bundle de type « message » commence par un MessageHeader : sa première entrée n’en est pas"
    " un.",
    "A Bundle of type 'message' begins with a MessageHeader: its first entry is none.",
)
NO_ID = Phrase(
    "Ce message n’a pas d’identifiant (MessageHeader.id) : on ne peut ni y répondre, ni le"
    " reconnaître s’il revient.",
    "This message has no identifier (MessageHeader.id): it cannot be answered, nor recognised if it"
    " comes again.",
)
TOO_MANY = Phrase(
    "Ce message a {count} entrées ; la limite est de {limit}.",
    "This message has {count} entries; the limit is {limit}.",
)
RESPONSE = Phrase(
    "C’est la réponse à un message ({answer}) : il n’y a rien à enregistrer dans un dossier.",
    "This is the response to a message ({answer}): there is nothing to file in a record.",
)
EVENT = Phrase(
    "L’événement de ce message n’est pas pris en charge : le message est gardé, rien n’a été"
    " modifié. S’il annonce des données à enregistrer, déclarez-le parmi les événements de la"
    " source (« message^code »), puis rejouez le message.",
    "The event of this message is not supported: the message is kept, nothing was changed. If it"
    " tells of data to be filed, declare it among the events of the source ('message^code'), then"
    " replay the message.",
)
REQUEST = Phrase(
    "L’entrée d’un message ne demande pas d’opération (request) : rien n’est supprimé ni remplacé"
    " par une adresse.",
    "The entry of a message asks for no operation (request): nothing is deleted, or replaced by its"
    " address.",
)
NO_FOCUS = Phrase(
    "Ce message n’a pas de contenu : MessageHeader.focus ne désigne rien à enregistrer.",
    "This message has no content: MessageHeader.focus points to nothing to file.",
)
FOCUS_OUTSIDE = Phrase(
    "MessageHeader.focus désigne « {reference} », qui n’est le fullUrl d’aucune entrée du message.",
    "MessageHeader.focus points to '{reference}', which is the fullUrl of no entry of the message.",
)
FULL_URL_TWICE = Phrase(
    "Deux entrées du message ont le même fullUrl : on ne sait pas laquelle est désignée.",
    "Two entries of the message have the same fullUrl: which one is meant cannot be told.",
)
DANGLING = Phrase(
    "La référence « {reference} » ne mène à aucune entrée du message, et n’est pas une adresse"
    " complète : elle désigne peut-être autre chose ici.",
    "The reference '{reference}' leads to no entry of the message, and to no complete address: the"
    " same address may mean something else here.",
)
PATIENT_OUTSIDE = Phrase(
    "Le patient désigné n’est pas dans le message : sans ses identifiants, on ne peut pas dire de"
    " qui il s’agit. Demandez à l’émetteur de joindre la ressource Patient.",
    "The patient pointed to is not in the message: without the identifiers, nobody can tell who is"
    " meant. Ask the sender to include the Patient resource.",
)
PATIENT_LINK = Phrase(
    "Le message lie ce patient à un autre (Patient.link) : une fusion se demande par ADT^A40, ou se"
    " fait par la cellule d’identitovigilance.",
    "The message links this patient to another (Patient.link): a merge is asked for by ADT^A40, or"
    " made at the identity desk.",
)
NOT_CONTENT = Phrase(
    "Une ressource {type} ne s’enregistre pas par un message.",
    "A {type} resource is not filed by a message.",
)
SEVERAL = Phrase(
    "Les identifiants de cette ressource en désignent plusieurs qui sont déjà enregistrées.",
    "The identifiers of this resource point to several that are stored already.",
)
TWICE = Phrase(
    "Deux entrées du message sont la même ressource : {other} a le même identifiant.",
    "Two entries of the message are the same resource: {other} has the same identifier.",
)
OF_ANOTHER = Phrase(
    "Cet identifiant est celui d’une ressource d’un autre patient.",
    "This identifier is that of a resource of another patient.",
)
LATE = Phrase(
    "Cette ressource a été dite depuis par un message plus récent (Bundle.timestamp) : elle reste"
    " telle quelle.",
    "This resource was told since by a more recent message (Bundle.timestamp): it stays as it is.",
)
STAY_HELD = Phrase(
    "Ce séjour est tenu par ses mouvements : le message s’y rattache, sans le modifier.",
    "This stay is made of its movements: the message refers to it, and does not change it.",
)
UNREACHED = Phrase(
    "{count} entrées ne sont reliées à rien de ce que le message annonce (MessageHeader.focus) :"
    " elles restent avec le message.",
    "{count} entries are linked to nothing that the message is about (MessageHeader.focus): they"
    " stay with the message.",
)
REUSED = Phrase(
    "Le même émetteur a déjà envoyé un message sous cet identifiant (MessageHeader.id), avec un"
    " autre contenu. Comparez les deux, puis rejouez celui-ci s’il est bon.",
    "The same sender has already sent a message under this identifier (MessageHeader.id), with"
    " another content. Compare the two, then replay this one if it is good.",
)
