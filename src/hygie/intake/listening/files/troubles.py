"""What is said while files are taken: of the place, of one file, of what was refused. No health
data: names of files are shown to those who look after the source, as they are in the folder."""

from collections.abc import Sequence
from typing import Final

from hygie.limits import MAX_ISSUES
from hygie.refusal import Issue, Phrase

UNREACHABLE: Final = Phrase(
    "Le dossier ne peut pas être lu pour l’instant ({reason}). Il sera regardé à nouveau.",
    "The folder cannot be read for now ({reason}). It will be looked at again.",
)
UNREADABLE: Final = Phrase(
    "Le fichier « {name} » ne peut pas être lu ({reason}) : il reste où il est.",
    "File “{name}” cannot be read ({reason}): it stays where it is.",
)
STUCK: Final = Phrase(
    "Le fichier « {name} » est enregistré, mais ne peut être ni rangé ni effacé ({reason}). "
    "Vérifiez les droits et la place dans le dossier.",
    "File “{name}” was taken, but can be neither put away nor deleted ({reason}). Check the rights "
    "and the room in the folder.",
)
DATABASE: Final = Phrase(
    "La base de données ne répond pas : les fichiers restent où ils sont jusqu’à son retour.",
    "The database does not answer: files stay where they are until it is back.",
)
OUTSIDE: Final = Phrase(
    "Ce dossier n’est plus sous un dossier que l’administrateur a ouvert aux dépôts "
    "(HYGIE_INTAKE_FOLDERS).",
    "This folder is no longer below a directory that the administrator opened to deposits "
    "(HYGIE_INTAKE_FOLDERS).",
)
SERVER: Final = Phrase(
    "Le serveur {host} ne répond pas comme attendu ({reason}). Il sera essayé à nouveau.",
    "Server {host} does not answer as expected ({reason}). It will be tried again.",
)
STRANGER: Final = Phrase(
    "Le serveur {host} n’a pas la clé déclarée (host_key) : rien ne lui a été envoyé. Si le "
    "serveur a vraiment changé de clé, déclarez la nouvelle.",
    "Server {host} does not have the key that was declared (host_key): nothing was sent to it. If "
    "the server has really changed its key, declare the new one.",
)
DENIED: Final = Phrase(
    "Le serveur {host} refuse l’utilisateur, sa clé ou son mot de passe.",
    "Server {host} refuses the user, the key or the password.",
)
CREDENTIAL: Final = Phrase(
    "La clé ou le mot de passe de la source ne peut pas être lu ({reason}).",
    "The key or password of the source cannot be read ({reason}).",
)
MORE: Final = Phrase("… et {count} autres.", "… and {count} others.")


def unreachable(error: OSError) -> Issue:
    return _issue("unreachable", UNREACHABLE, reason=reason(error))


def unreadable(name: str, error: OSError) -> Issue:
    return _issue("unreadable", UNREADABLE, name=name, reason=reason(error))


def stuck(name: str, error: OSError) -> Issue:
    return _issue("stuck", STUCK, name=name, reason=reason(error))


def server(host: str, said: str) -> Issue:
    return _issue("server", SERVER, host=host, reason=said)


def stranger(host: str) -> Issue:
    return _issue("stranger", STRANGER, host=host)


def denied(host: str) -> Issue:
    return _issue("denied", DENIED, host=host)


def credential(said: str) -> Issue:
    return _issue("credential", CREDENTIAL, reason=said)


def database_away() -> Issue:
    return _issue("database", DATABASE)


def outside() -> Issue:
    return _issue("outside", OUTSIDE)


def reason(error: OSError) -> str:
    """What the system says, without the path."""
    return error.strerror or type(error).__name__


def told(faults: Sequence[tuple[str, Issue]]) -> str:
    """The faults of a file, each after its place, for its sender: in French, a line each."""
    lines = [f"{place} : {issue.text('fr')}" if place else issue.text("fr")
             for place, issue in faults[:MAX_ISSUES]]  # fmt: skip
    if len(faults) > MAX_ISSUES:
        lines.append(MORE.fr.format(count=len(faults) - MAX_ISSUES))
    return "\n".join(lines)


def _issue(rule: str, phrase: Phrase, **details: str) -> Issue:
    return Issue(code="exception", rule=f"source.{rule}", phrase=phrase, details=details)
