"""What each role may do. Pure; whatever is not granted here is refused.

Least privilege: caring, keeping flows alive and giving access are three jobs. A technician repairs
messages, so sees those in quarantine, and no record; an administrator sees neither.
"""

from typing import Final, Literal, get_args

Role = Literal["physician", "technician", "administrator"]
Capability = Literal[
    "search_patients", "read_record",
    "read_flows", "read_messages", "read_quarantine", "replay", "run_flows", "try_expressions",
    "map_codes",
    "manage_accounts", "manage_tokens", "read_audit",
]  # fmt: skip

ROLES: Final[tuple[Role, ...]] = get_args(Role)
GRANTED: Final[dict[str, frozenset[Capability]]] = {
    "physician": frozenset({"search_patients", "read_record"}),
    "technician": frozenset(
        {
            "read_flows",
            "read_messages",
            "read_quarantine",
            "replay",
            "run_flows",
            "try_expressions",
            "map_codes",
        }
    ),
    "administrator": frozenset({"manage_accounts", "manage_tokens", "read_audit"}),
}


def capabilities(role: str) -> frozenset[Capability]:
    """What the role may do: nothing, for a role that is not known."""
    return GRANTED.get(role, frozenset())


def permits(role: str, capability: Capability) -> bool:
    return capability in capabilities(role)
