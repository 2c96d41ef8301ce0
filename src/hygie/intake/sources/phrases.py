"""What is said of a declaration of a source that cannot be right."""

from typing import Final

from hygie.refusal import Phrase

NAME: Final = Phrase(
    "Le nom d’une source a de 1 à {limit} lettres sans accent, chiffres, « - » ou « _ ».",
    "The name of a source has 1 to {limit} plain letters, digits, “-” or “_”.",
)
TEXT: Final = Phrase(
    "Ce texte dépasse {limit} caractères, ou contient un caractère de contrôle.",
    "This text exceeds {limit} characters, or holds a control character.",
)
RANGE: Final = Phrase(
    "La valeur {value} n’est pas entre {least} et {most}.",
    "The value {value} is not between {least} and {most}.",
)
CHARSET: Final = Phrase(
    "Le jeu de caractères « {value} » n’est pas connu. Connus : {known}.",
    "Character set “{value}” is not known. Known: {known}.",
)
MAPPING: Final = Phrase(
    "Il n’y a pas de jeu d’adaptations « {value} ». Il y a : {known}.",
    "There is no set of adaptations “{value}”. There are: {known}.",
)
EVENT: Final = Phrase(
    "« {value} » ne désigne aucun message : écrivez ADT^A01, ADT^*, ORU^R01, CDA, ou un type de "
    "ressource FHIR.",
    "“{value}” names no message: write ADT^A01, ADT^*, ORU^R01, CDA, or a FHIR resource type.",
)
HOST: Final = Phrase(
    "« {value} » n’est pas une adresse IP de cette machine où écouter : 127.0.0.1, 0.0.0.0, ::…",
    "“{value}” is no IP address of this machine to listen on: 127.0.0.1, 0.0.0.0, ::…",
)
PORT_TAKEN: Final = Phrase(
    "La source « {other} » écoute déjà sur le port {port}. Donnez-en un autre à l’une des deux.",
    "Source “{other}” already listens on port {port}. Give one of the two another.",
)
PEER: Final = Phrase(
    "« {value} » n’est pas un réseau : écrivez 10.1.2.0/24, ou une adresse 10.1.2.3.",
    "“{value}” is no network: write 10.1.2.0/24, or an address 10.1.2.3.",
)
PATH: Final = Phrase(
    "« {value} » n’est pas un chemin complet : écrivez-le depuis la racine (/…), sans « .. ».",
    "“{value}” is not a whole path: write it from the root (/…), without “..”.",
)
SECRETS: Final = Phrase(
    "Ce fichier n’est pas dans un dossier que l’administrateur a ouvert aux clés, certificats et "
    "mots de passe (HYGIE_GATEWAY_SECRETS : {allowed}).",
    "This file is not below a directory that the administrator opened to keys, certificates and "
    "passwords (HYGIE_GATEWAY_SECRETS: {allowed}).",
)
FILE: Final = Phrase(
    "Ce fichier n’existe pas, ou Hygie n’a pas le droit de le lire.",
    "There is no such file, or Hygie may not read it.",
)
TLS: Final = Phrase(
    "Ce certificat et cette clé ne vont pas ensemble, ou ne sont pas au format PEM sans mot de "
    "passe ({reason}).",
    "This certificate and this key do not belong together, or are not PEM without a password "
    "({reason}).",
)
AUTHORITIES: Final = Phrase(
    "Ce fichier ne contient aucun certificat d’autorité au format PEM.",
    "This file holds no certificate of an authority in PEM.",
)
FOLDERS: Final = Phrase(
    "Ce dossier n’est pas sous un dossier que l’administrateur a ouvert aux dépôts "
    "(HYGIE_INTAKE_FOLDERS : {allowed}).",
    "This folder is not below a directory that the administrator opened to deposits "
    "(HYGIE_INTAKE_FOLDERS: {allowed}).",
)
FOLDER: Final = Phrase(
    "Ce dossier n’existe pas, ou Hygie n’a pas le droit d’y lire et d’y écrire.",
    "There is no such folder, or Hygie may not read and write there.",
)
FOLDER_TAKEN: Final = Phrase(
    "La source « {other} » prend déjà les fichiers de ce dossier, ou d’un dossier qui est "
    "dedans ou autour.",
    "Source “{other}” already takes the files of this folder, or of one inside or around it.",
)
PATTERN: Final = Phrase(
    "« {value} » n’est pas un modèle de nom de fichier : écrivez *, *.hl7, labo_*.txt…",
    "“{value}” is no pattern of file names: write *, *.hl7, labo_*.txt…",
)
SERVER: Final = Phrase(
    "« {value} » n’est ni un nom ni une adresse de serveur.",
    "“{value}” is neither a name nor an address of a server.",
)
USER: Final = Phrase(
    "Il faut le nom d’utilisateur sous lequel le serveur nous connaît.",
    "The user name by which the server knows us is needed.",
)
HOST_KEY: Final = Phrase(
    "Il faut la clé publique du serveur, en une ligne d’OpenSSH : ssh-ed25519 AAAA… "
    "(/etc/ssh/ssh_host_ed25519_key.pub sur le serveur).",
    "The server’s public key is needed, one line of OpenSSH: ssh-ed25519 AAAA… "
    "(/etc/ssh/ssh_host_ed25519_key.pub on the server).",
)
CREDENTIAL: Final = Phrase(
    "Il faut un fichier de clé (key_file) ou un fichier de mot de passe (password_file).",
    "A key file (key_file) or a password file (password_file) is needed.",
)
TOO_MANY: Final = Phrase(
    "Il y a déjà {limit} sources : retirez-en une.",
    "There are {limit} sources already: remove one.",
)
UNKNOWN: Final = Phrase(
    "Aucune source déclarée ne s’appelle « {name} ».",
    "No declared source is called “{name}”.",
)
