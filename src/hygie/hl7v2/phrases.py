"""What this room says when it refuses the text of an HL7 v2 message."""

from hygie.refusal import Phrase

NO_HEADER = Phrase(
    "Le message ne commence pas par un segment MSH : il ne peut pas être lu. Vérifiez que l’envoi"
    " contient bien un message HL7 v2 entier.",
    "The message does not start with an MSH segment and cannot be read. Check that what was sent"
    " is a whole HL7 v2 message.",
)
WRONG_DELIMITERS = Phrase(
    "Les caractères d’encodage « {found} » ne conviennent pas : il en faut quatre (ou cinq depuis"
    " la version 2.7), tous différents, ni lettres ni chiffres, d’ordinaire ^~\\&.",
    "The encoding characters '{found}' will not do: four are needed (five from version 2.7 on),"
    " all different, neither letters nor digits, usually ^~\\&.",
)
WRONG_SEGMENT = Phrase(
    "La ligne {line} ne commence pas par un nom de segment (trois majuscules ou chiffres) suivi du"
    " séparateur de champs. Un saut de ligne est peut-être resté dans un texte : écrivez-le"
    " \\.br\\.",
    "Line {line} does not start with a segment name (three capitals or digits) followed by the"
    " field separator. A line break may have been left in a text: write it \\.br\\.",
)
TOO_LARGE = Phrase(
    "Le message fait {size} octets ; la limite est de {limit}.",
    "The message has {size} bytes; the limit is {limit}.",
)
TOO_MANY_SEGMENTS = Phrase(
    "Le message compte plus de {limit} segments.", "The message has more than {limit} segments."
)
TOO_MANY_FIELDS = Phrase(
    "Le segment compte plus de {limit} champs.", "The segment has more than {limit} fields."
)
TOO_MANY_FIELDS_TOGETHER = Phrase(
    "Le message compte plus de {limit} champs en tout.",
    "The message has more than {limit} fields in all.",
)
LONG_FIELD = Phrase("Le champ dépasse {limit} caractères.", "The field exceeds {limit} characters.")
LONG_TEXT = Phrase(
    "Le segment dépasse {limit} caractères, et n’est pas en ASCII : un document se transmet en"
    " Base64.",
    "The segment exceeds {limit} characters, and is not in ASCII: a document is to be sent in"
    " Base64.",
)
LONG_HEADER = Phrase(
    "Le segment MSH dépasse {limit} caractères.", "The MSH segment exceeds {limit} characters."
)
TOO_MANY_MESSAGES = Phrase(
    "Le fichier compte plus de {limit} messages : coupez-le.",
    "The file holds more than {limit} messages: cut it.",
)
TOO_MANY_REPETITIONS = Phrase(
    "Le champ compte plus de {limit} répétitions.",
    "The field has more than {limit} repetitions.",
)
SEVERAL_MESSAGES = Phrase(
    "Plusieurs messages se suivent là où un seul est attendu : envoyez-les un par un, ou importez"
    " le fichier.",
    "Several messages follow each other where one is expected: send them one by one, or import the"
    " file.",
)
UNKNOWN_CHARACTER_SET = Phrase(
    "Le jeu de caractères « {found} » n’est pas pris en charge. Déclarez UNICODE UTF-8, 8859/1 ou"
    " 8859/15.",
    "The character set '{found}' is not supported. Declare UNICODE UTF-8, 8859/1 or 8859/15.",
)
WRONG_CHARACTERS = Phrase(
    "Le message contient des octets qui n’existent pas dans le jeu de caractères déclaré"
    " ({declared}), le premier à l’octet {position}.",
    "The message holds bytes that do not exist in the declared character set ({declared}), the"
    " first at byte {position}.",
)
GUESSED_CHARACTERS = Phrase(
    "Jeu de caractères non déclaré et octets non conformes à UTF-8 : le message a été lu en"
    " 8859/1. Vérifiez les accents, et déclarez le jeu de caractères.",
    "Character set not declared and bytes that are not UTF-8: the message was read as 8859/1."
    " Check the accents, and declare the character set.",
)
FALSE_CHARACTERS = Phrase(
    "Le jeu de caractères déclaré (8859) n’est pas celui des octets, qui sont en UTF-8 : le message"
    " a été lu en UTF-8. Corrigez la déclaration de l’émetteur, ou celle de la source.",
    "The declared character set (8859) is not that of the bytes, which are UTF-8: the message was"
    " read as UTF-8. Correct the sender's declaration, or that of the source.",
)
UNKNOWN_VERSION = Phrase(
    "La version HL7 « {found} » n’est pas prise en charge (2.1 à 2.8).",
    "HL7 version '{found}' is not supported (2.1 to 2.8).",
)
MISSING_SEGMENT = Phrase("Le segment {segment} manque.", "The {segment} segment is missing.")
MISSING_FIELD = Phrase("Une valeur est obligatoire ici.", "A value is required here.")
WRONG_TIME = Phrase(
    "« {found} » n’est pas une date ou une heure HL7 (AAAAMMJJ[HHMM[SS]]).",
    "'{found}' is not an HL7 date or time (YYYYMMDD[HHMM[SS]]).",
)
UNFRAMEABLE = Phrase(
    "Le message contient, à l’octet {position}, une fin de trame MLLP (1C), ou le début d’une autre"
    " (0B et MSH) : il ne peut pas être envoyé ainsi.",
    "The message holds, at byte {position}, the end of an MLLP frame (1C), or the start of another"
    " (0B and MSH): it cannot be sent in this way.",
)
