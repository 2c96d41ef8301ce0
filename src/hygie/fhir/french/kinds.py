"""The trigger events of a stay: what each is about, and which cancel which.

Source: IHE PAM national extension for France 2.11.1, §5.3.2; IHE ITI-31, options "temporary
patient transfers tracking" (A09, A10, A32, A33) and "pending event management" (A14-A16, A25-A27).
"""

from typing import Final

PLANNED: Final = "A05"
PENDING_ADMISSION: Final = "A14"
ADMISSION: Final = "A01"
CHANGE: Final = "A06"
TRANSFER: Final = "A02"
PENDING_TRANSFER: Final = "A15"
DOCTOR: Final = "A54"
DEPARTING: Final = "A09"
ARRIVING: Final = "A10"
LEAVE: Final = "A21"
RETURN: Final = "A22"
PENDING_DISCHARGE: Final = "A16"
DISCHARGE: Final = "A03"
UPDATE: Final = "Z99"

KINDS: Final = {
    "A05": PLANNED, "A14": PENDING_ADMISSION, "A01": ADMISSION, "A04": ADMISSION, "A06": CHANGE,
    "A07": CHANGE, "A02": TRANSFER, "A15": PENDING_TRANSFER, "A54": DOCTOR, "A09": DEPARTING,
    "A10": ARRIVING, "A21": LEAVE, "A22": RETURN, "A16": PENDING_DISCHARGE, "A03": DISCHARGE,
}  # fmt: skip
"""Event that inserts a movement -> its kind. A01 and A04 open a stay alike, A06 and A07 change its
class, each the other way."""

CANCELS: Final = {
    "A38": PLANNED, "A27": PENDING_ADMISSION, "A11": ADMISSION, "A12": TRANSFER,
    "A26": PENDING_TRANSFER, "A55": DOCTOR, "A33": DEPARTING, "A32": ARRIVING, "A52": LEAVE,
    "A53": RETURN, "A25": PENDING_DISCHARGE, "A13": DISCHARGE,
}  # fmt: skip
"""Event that cancels -> the kind it cancels. A06 cancels an A07 and the reverse, as ZBE-4 says."""

EVENTS: Final = (*KINDS, *CANCELS, UPDATE)

AWAITING: Final = frozenset((PLANNED, PENDING_ADMISSION))
"""The patient is expected."""
OPENING: Final = frozenset((ADMISSION, CHANGE))
"""The patient is here from then on, also after a discharge: an account of sessions opens again."""
ANNOUNCED: Final = frozenset((*AWAITING, PENDING_TRANSFER, PENDING_DISCHARGE))
"""Their moment is that of what is planned: it does not stand in the order of what has happened."""
PLACING: Final = frozenset((*OPENING, TRANSFER, RETURN, DOCTOR))
"""Their PV1-3 is where the patient is from then on. That of a leave or of a temporary place is not:
the bed is kept."""

RANK: Final = {kind: rank for rank, kind in enumerate(dict.fromkeys(KINDS.values()))}
"""Order of movements of one moment, recorded together."""
