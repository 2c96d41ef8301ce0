"""Rights of the rights file, in French."""

import pytest

from hygie.access.rights.reading import _shipped, understood
from hygie.web.present.rights import say_right


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('"team:rs"', "lire : ses patients"),
        (
            '{ right = "team:r", specialties = ["SM54", "SM26"] }',
            "lire : ses patients ; spécialité : SM26, SM54",
        ),
        (
            '{ right = "establishment:rs on Condition", units = ["uf|3"], purposes = ["HPAYMT"] }',
            "lire : tout l’établissement (Condition) ; unité : uf|3 ; pour : facturation et codage",
        ),
    ],
)
def test_a_limited_right_is_read_with_its_limits(given: str, words: str) -> None:
    """Guards: a matrix on which a narrow right looks like a wide one."""
    own = (
        'version = 2\n[roles.essai]\nlabel = "Essai"\npurposes = ["TREAT", "HPAYMT"]\n'
        f"rights.clinical = {given}\n"
    )
    role = understood(_shipped(), own.encode()).roles["essai"]
    assert [say_right(right, role) for right in role.rights["clinical"]] == [words]
