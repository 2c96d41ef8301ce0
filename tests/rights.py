"""Rights for tests that are not about rights: a physician of the whole establishment."""

from hygie.access.rights import Rights
from hygie.access.rights.reading import _shipped, understood

GROUPS = ("identity", "stays", "clinical", "results", "documents", "medication", "administrative",
          "consents")  # fmt: skip
OPEN = "\n".join([
    "version = 1", "[roles.physician]", 'label = "Médecin"',
    'capabilities = ["search_patients", "read_record", "launch_apps", "read_rights"]',
    "[roles.physician.rights]", *(f'{group} = "establishment:crus"' for group in GROUPS),
    'traces = "establishment:rs"', 'directory = "establishment:rs"',
    'definitions = "establishment:rs"', "",
])  # fmt: skip
"""To be written as `droits.toml`."""


def open_rights() -> Rights:
    return understood(_shipped(), OPEN.encode())
