"""What is said when nothing is sent: the host at most, for the rest of an address may be secret."""

from typing import Final

from hygie.refusal import Phrase

BAD_ADDRESS: Final = Phrase(
    "Cette adresse n’est pas de celles auxquelles on envoie : {reason_fr}.",
    "This address is not one to send to: {reason_en}.",
)
FORBIDDEN: Final = Phrase(
    "L’établissement n’envoie rien à « {host} » : {reason_fr}. L’administrateur peut l’autoriser "
    "par HYGIE_OUTBOUND_ALLOW.",
    "The establishment sends nothing to “{host}”: {reason_en}. The administrator may allow it with "
    "HYGIE_OUTBOUND_ALLOW.",
)
NEVER: Final = Phrase(
    "L’établissement n’envoie rien à « {host} » : {reason_fr}.",
    "The establishment sends nothing to “{host}”: {reason_en}.",
)
UNRESOLVED: Final = Phrase(
    "Le nom « {host} » ne mène à aucune adresse.",
    "The name “{host}” leads to no address.",
)
UNREACHABLE: Final = Phrase(
    "« {host} » n’est pas joignable, ou a coupé la connexion.",
    "“{host}” cannot be reached, or cut the connection.",
)
IDENTITY: Final = Phrase(
    "Le certificat à présenter et sa clé ne se lisent pas, ne vont pas ensemble, ou ne sont pas au "
    "format PEM sans mot de passe ({reason}).",
    "The certificate to show and its key cannot be read, do not belong together, or are not PEM "
    "without a password ({reason}).",
)
UNTRUSTED: Final = Phrase(
    "« {host} » ne présente pas de certificat auquel on puisse se fier.",
    "“{host}” shows no certificate that can be trusted.",
)
TOO_SLOW: Final = Phrase(
    "« {host} » n’a pas répondu entièrement en {seconds} secondes.",
    "“{host}” did not answer in full within {seconds} seconds.",
)
STALLED: Final = Phrase(
    "« {host} » envoie trop lentement, ou plus rien.",
    "“{host}” sends too slowly, or nothing any more.",
)
TOO_LONG: Final = Phrase(
    "La réponse de « {host} » dépasse {limit} octets.",
    "The answer of “{host}” exceeds {limit} bytes.",
)
NOT_HTTP: Final = Phrase(
    "« {host} » ne répond pas selon HTTP.",
    "“{host}” does not answer as HTTP says.",
)
BAD_PERMISSION: Final = Phrase(
    "« {entry} » n’est ni un nom, ni une adresse, ni un réseau, avec ou sans port.",
    "“{entry}” is no name, address or network, with or without a port.",
)
BAD_MAILBOX: Final = Phrase(
    "Ce n’est pas une adresse de messagerie : il faut nom@domaine.",
    "This is no mail address: expected name@domain.",
)
