"""What this room says when something that arrived cannot be filed as it is."""

from hygie.refusal import Phrase

UNKNOWN_EVENT = Phrase(
    "L’événement {event} n’est pas pris en charge : le message est gardé, rien n’a été modifié.",
    "Event {event} is not supported: the message is kept, nothing was changed.",
)
ACKNOWLEDGEMENT = Phrase(
    "C’est un accusé de réception ({event}) : il n’y a rien à enregistrer dans un dossier.",
    "This is an acknowledgement ({event}): there is nothing to file in a record.",
)
UNSUPPORTED_KIND = Phrase(
    "Ce contenu n’est ni un message HL7 v2, ni une ressource FHIR, ni un document CDA.",
    "This content is neither an HL7 v2 message, nor a FHIR resource, nor a CDA document.",
)
EMPTY = Phrase("Le contenu est vide.", "The content is empty.")
TOO_LARGE = Phrase(
    "Le contenu fait {size} octets ; la limite est de {limit}.",
    "The content has {size} bytes; the limit is {limit}.",
)
UNREADABLE = Phrase("Le fichier ne peut pas être lu.", "The file cannot be read.")
REUSED_CONTROL_ID = Phrase(
    "Le même émetteur a déjà envoyé un message sous cet identifiant (MSH-10), avec un autre"
    " contenu. Comparez les deux, puis rejouez celui-ci s’il est bon.",
    "The same sender has already sent a message under this identifier (MSH-10), with another"
    " content. Compare the two, then replay this one if it is good.",
)
UNEXPECTED = Phrase(
    "Une erreur imprévue d’Hygie ({error}) a empêché d’enregistrer ce message. Il est gardé : "
    "signalez l’incident, puis rejouez le message.",
    "An unexpected error of Hygie ({error}) kept this message from being filed. It is kept: report"
    " the incident, then replay the message.",
)
NOT_IN_QUARANTINE = Phrase(
    "Cette entrée n’est pas en quarantaine : il n’y a rien à rejouer.",
    "This entry is not in quarantine: there is nothing to replay.",
)
UNKNOWN_ENTRY = Phrase("Cette entrée n’existe pas.", "This entry does not exist.")
NOTHING_IN_BUNDLE = Phrase(
    "Ce Bundle de type {type} ne contient aucune ressource à enregistrer.",
    "This Bundle of type {type} holds no resource to file.",
)
IMPORTER_LOST = Phrase(
    "Un des processus d’intégration s’est arrêté. Ce qu’il avait terminé est enregistré : relancez"
    " la même commande, ce qui est déjà enregistré sera reconnu.",
    "One of the importing processes has ended. What it had finished is filed: run the same command"
    " again, what is filed already will be recognised.",
)
SETTLER_LOST = Phrase(
    "Le processus qui intégrait ce message s’est arrêté. Le message est conservé, et sera repris.",
    "The process that was filing this message has ended. The message is kept, and will be taken up"
    " again.",
)
ENDS_PROCESS = Phrase(
    "Le processus qui intégrait ce message, seul, s’est arrêté {count} fois : le message en est la"
    " cause. Il est conservé ; transmettez-en le numéro à votre support avant de le rejouer.",
    "The process that was filing this message, and no other, ended {count} times: the message is"
    " the cause. It is kept; give its number to your support before replaying it.",
)
PREVIOUS_WAITS = Phrase(
    "Un message précédent du même patient attend d’être repris. Ce message est conservé, et sera"
    " traité après lui.",
    "An earlier message about the same patient waits to be taken up again. This message is kept,"
    " and will be settled after it.",
)
STORE_FULL = Phrase(
    "Le disque de la base de données est plein. Ce qui était terminé est enregistré : faites de la"
    " place, puis relancez la même commande, ce qui est déjà enregistré sera reconnu.",
    "The database’s disk is full. What was finished is filed: make room, then run the same command"
    " again, what is filed already will be recognised.",
)
STORE_LOST = Phrase(
    "La base de données ne répond plus ({error}). Ce qui était terminé est enregistré : relancez la"
    " même commande quand elle sera revenue, ce qui est déjà enregistré sera reconnu.",
    "The database no longer answers ({error}). What was finished is filed: run the same command"
    " again when it is back, what is filed already will be recognised.",
)
RECEIVED = Phrase(
    "Reçu et conservé. Le message sera enregistré dès que possible : ne le renvoyez pas.",
    "Received and kept. The message will be filed as soon as possible: do not send it again.",
)
NOT_ALLOWED = Phrase(
    "La source « {source} » n’est pas déclarée pour envoyer {event} (admis : {allowed}).",
    "The source '{source}' is not declared to send {event} (allowed: {allowed}).",
)
UNREAD_SEGMENTS = Phrase(
    "Segments propres à l’émetteur, gardés avec le message et non repris dans le dossier :"
    " {names}.",
    "Segments of the sender’s own, kept with the message and not filed in the record: {names}.",
)
LATE_PERSON = Phrase(
    fr="Cette identité a été modifiée depuis par un message plus récent (EVN-2) : seul ce qui "
    "manquait encore a été repris.",
    en="This identity was changed since by a more recent message (EVN-2): only what was still "
    "missing was taken.",
)
