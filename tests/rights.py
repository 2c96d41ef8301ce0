"""Rights for tests that are not about rights: a physician of the whole establishment, and a clerk
who sees stays and documents."""

from hygie.access.rights import Rights
from hygie.access.rights.reading import _shipped, understood

GROUPS = ("identity", "stays", "clinical", "results", "documents", "medication", "administrative",
          "consents")  # fmt: skip
OPEN = "\n".join([
    "version = 1", "[roles.physician]", 'label = "Médecin"',
    'capabilities = ["search_patients", "read_record", "launch_apps", "read_rights"]',
    "[roles.physician.rights]", *(f'{group} = "establishment:crus"' for group in GROUPS),
    'traces = "establishment:rs"', 'directory = "establishment:rs"',
    'definitions = "establishment:rs"',
    "[roles.clerk]", 'label = "Accueil"', 'capabilities = ["search_patients", "read_record"]',
    'purposes = ["TREAT", "HRESCH"]',
    "[roles.clerk.rights]", 'identity = "establishment:rs"', 'stays = "establishment:rs"',
    'documents = { right = "establishment:rs", purposes = ["TREAT"] }',
    'directory = "establishment:rs"', "",
])  # fmt: skip
"""To be written as `droits.toml`."""


def open_rights() -> Rights:
    return understood(_shipped(), OPEN.encode())
