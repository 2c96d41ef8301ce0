"""The review of accounts: what is to be looked at, and what was confirmed. Pure.

CNIL, guide de la sécurité des données personnelles (2024), fiche 3: accounts are reviewed
yearly; those of who left are closed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from hygie.access.accounts import Standing
from hygie.access.rights import Rights
from hygie.limits.access import ABSENT_DAYS, REVIEW_DAYS, REVIEW_PRIVILEGED_DAYS

Finding = Literal[
    "no-role", "no-second", "never", "absent", "no-person", "unreviewed", "privileged"
]
FAULTS: Final[frozenset[Finding]] = frozenset({"no-role", "no-second", "never", "absent"})
"""What is to be mended, not only looked at."""
PRIVILEGED: Final = ("manage_accounts", "manage_tokens", "read_audit", "review_break_glass")


class Reviewed(NamedTuple):
    """An open account, and what there is to say of it."""

    standing: Standing
    findings: tuple[Finding, ...]

    @property
    def due(self) -> bool:
        """Whether somebody is to decide about it now."""
        return "unreviewed" in self.findings or not FAULTS.isdisjoint(self.findings)


def review(everyone: Sequence[Standing], rights: Rights, now: datetime) -> list[Reviewed]:
    """Those that somebody could come in with, what is most pressing first."""
    found = [
        Reviewed(one, findings(one, rights, now)) for one in everyone if not one.account.closed(now)
    ]
    return sorted(found, key=_pressing)


def findings(one: Standing, rights: Rights, now: datetime) -> tuple[Finding, ...]:
    account = one.account
    role = rights.roles.get(account.role)
    privileged = any(rights.permits(account.role, capability) for capability in PRIVILEGED)
    absent = timedelta(days=ABSENT_DAYS)
    within = timedelta(days=REVIEW_PRIVILEGED_DAYS if privileged else REVIEW_DAYS)
    reads = rights.permits(account.role, "read_record")
    told: dict[Finding, bool] = {
        "no-role": role is None,
        "no-second": bool(role and role.second_factor and one.second != "set" and one.seen),
        "never": one.seen is None and now - account.created > absent,
        "absent": one.seen is not None and now - one.seen > absent,
        "no-person": reads and not (account.practitioner or account.national),
        "unreviewed": now - (account.reviewed or account.created) > within,
        "privileged": privileged,
    }
    return tuple(finding for finding, holds in told.items() if holds)


def _pressing(one: Reviewed) -> tuple[bool, int, bool, str]:
    faults = len(FAULTS.intersection(one.findings))
    return not one.due, -faults, "privileged" not in one.findings, one.standing.account.name
