"""A rights file that contradicts itself is refused, each fault with its place."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.access.rights.checking import KEEPERS
from hygie.access.rights.reading import _shipped, read_rights, understood
from hygie.limits.access import MAX_RIGHTS_BYTES
from hygie.refusal import Refused

ROLE = """
version = 2
[roles.{name}]
label = "Essai"
{lines}
"""
CLINICAL = "rights.clinical = "
GLASS = 'capabilities = ["read_record"]\nbreak_glass = true\n'


def faults(own: str) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        understood(_shipped(), own.encode())
    issues = refused.value.refusal.issues
    assert all(issue.text("fr") and issue.text("en") for issue in issues)
    return {(issue.rule, issue.location) for issue in issues}


@pytest.mark.parametrize(
    ("lines", "rule", "place"),
    [
        ('capabilities = ["read_everything"]', "rights.capability", "roles.essai.capabilities"),
        ('like = "nobody"', "rights.like", "roles.essai.like"),
        ('like = "essai"', "rights.like", "roles.essai.like"),
        ('second_factor = "sometimes"', "rights.second-factor", "roles.essai.second_factor"),
        ("break_glass = true", "rights.break-glass", "roles.essai.break_glass"),
        ('rights.clinical = "team"', "rights.right", "roles.essai.rights.clinical"),
        ('rights.clinical = "world:r"', "rights.scope", "roles.essai.rights.clinical"),
        ('rights.clinical = "team:rx"', "rights.letter", "roles.essai.rights.clinical"),
        ('rights.nothing = "team:r"', "rights.group", "roles.essai.rights.nothing"),
        ('rights.clinical = "team:r on Patient"', "rights.type", "roles.essai.rights.clinical"),
        ('rights.clinical = ["team:r", "team:s"]', "rights.twice", "roles.essai.rights.clinical"),
        ('capabilities = ["manage_accounts"]\nrights.results = "team:r"', "rights.duties",
         "roles.essai"),
        ('capabilities = ["read_audit"]\nrights.clinical = "team:r"', "rights.duties",
         "roles.essai"),
        *(
            (f'capabilities = ["{keeper}"]\nrights.{group} = "team:r"', "rights.duties",
             "roles.essai")
            for keeper in KEEPERS for group in ("stays", "consents", "administrative")
        ),
        ('capabilities = ["read_record", "review_break_glass"]\nbreak_glass = true',
         "rights.own-judge", "roles.essai"),
        ('purposes = ["CARE"]', "rights.purpose", "roles.essai.purposes"),
        ('purposes = ["TREAT", "TREAT"]', "rights.purpose-twice", "roles.essai.purposes"),
        ('purposes = ["ETREAT"]', "rights.purpose-glass", "roles.essai.purposes"),
        (GLASS + 'purposes = ["TREAT"]',
         "rights.purpose-glass", "roles.essai.purposes"),
        (GLASS + 'purposes = ["HPAYMT", "ETREAT"]',
         "rights.purpose-glass", "roles.essai.purposes"),
        ('rights.clinical = { right = "team:r", purposes = ["CARE"] }', "rights.purpose",
         "roles.essai.rights.clinical"),
        ('rights.clinical = { right = "team:r", purposes = ["HRESCH"] }', "rights.purpose-not-its",
         "roles.essai.rights.clinical"),
        ('rights.clinical = [{ right = "team:r", purposes = ["TREAT"] }, "team:s"]',
         "rights.twice", "roles.essai.rights.clinical"),
        (GLASS + 'rights.clinical = { right = "team:r", purposes = ["TREAT"] }',
         "rights.purpose-no-glass", "roles.essai.break_glass"),
        (GLASS + 'rights.clinical = ["team:r", { right = "self:r", purposes = ["ETREAT"] }]',
         "rights.purpose-no-team", "roles.essai.rights.clinical"),
        ('rights.clinical = { right = "team:r", specialties = ["SM 26"] }', "rights.specialty",
         "roles.essai.rights.clinical"),
        ('rights.clinical = { right = "team:r", specialties = [""] }', "rights.specialty",
         "roles.essai.rights.clinical"),
        ('rights.clinical = { right = "team:r", units = ["Urgences"] }', "rights.unit",
         "roles.essai.rights.clinical"),
        ('rights.clinical = { right = "self:r", specialties = ["SM26"] }', "rights.self-limited",
         "roles.essai.rights.clinical"),
        ('rights.clinical = ["team:rs", { right = "team:r", specialties = ["SM26"] }]',
         "rights.covered", "roles.essai.rights.clinical"),
        (CLINICAL + '["establishment:rs", { right = "team:r on Condition", units = ["a|b"] }]',
         "rights.covered", "roles.essai.rights.clinical"),
        (CLINICAL + '[{ right = "team:rs", specialties = ["A", "B"] }, '
         + '{ right = "team:r", specialties = ["A"] }]', "rights.covered",
         "roles.essai.rights.clinical"),
        ('purposes = ["TREAT", "HPAYMT"]\n' + CLINICAL
         + '["team:r", { right = "team:r", purposes = ["HPAYMT"] }]', "rights.covered",
         "roles.essai.rights.clinical"),
        (CLINICAL + '[{ right = "team:r", units = ["a|b"] }, '
         + '{ right = "team:s", units = ["a|b"] }]', "rights.twice",
         "roles.essai.rights.clinical"),
        ('rights.clinical = { right = "team:r", purpose = ["TREAT"] }', "rights.field",
         "roles[...].rights[...]"),
    ],
)  # fmt: skip
def test_each_contradiction_is_named(lines: str, rule: str, place: str) -> None:
    """Guards: a file that gives more than whoever wrote it believes."""
    assert (rule, place) in faults(ROLE.format(name="essai", lines=lines))


@pytest.mark.parametrize(
    "given",
    [
        '["team:rs", { right = "team:crs", specialties = ["SM26"] }]',
        '["team:rs", { right = "establishment:rs", specialties = ["SM26"] }]',
        '[{ right = "team:r", specialties = ["SM26"] }, { right = "team:r", units = ["a|b"] }]',
        '[{ right = "team:rs", specialties = ["A"] }, { right = "team:s", specialties = ["B"] }]',
    ],
)
def test_limits_that_say_something_are_read(given: str) -> None:
    """Guards: a file that is right, and refused."""
    own = ROLE.format(name="essai", lines=f"rights.clinical = {given}")
    rights = understood(_shipped(), own.encode())
    assert len(rights.roles["essai"].rights["clinical"]) == 2
    assert rights.units <= {"a|b"}


def test_a_record_is_one_in_whichever_group_it_is() -> None:
    """Guards: results moved to a group of one's own, and read there by who gives access."""
    own = 'version = 2\n[groups.more]\nlabel = "x"\ntypes = ["Observation"]\n' + ROLE.format(
        name="essai", lines='capabilities = ["manage_accounts"]\nrights.more = "team:r"'
    ).replace("version = 2", "")
    assert ("rights.duties", "roles.essai") in faults(own)


def test_a_type_is_in_one_group() -> None:
    """Guards: two rights on one type, of which the wider wins unseen."""
    own = 'version = 2\n[groups.more]\nlabel = "x"\ntypes = ["Observation", "Nonsense"]\n'
    found = faults(own)
    assert ("rights.type-twice", "groups.more.types") in found
    assert ("rights.type", "groups.more.types") in found


def test_somebody_must_be_able_to_give_access() -> None:
    """Guards: a house locked from the inside."""
    own = ROLE.format(name="administrator", lines='rights.directory = "establishment:r"')
    assert ("rights.nobody", "roles") in faults(own)


@pytest.mark.parametrize(
    "query", ["catgory=laboratory", "_count=1", "_sort=date", "patient.name=x"]
)
def test_a_search_that_narrows_is_one(query: str) -> None:
    """Guards: a right thought to be narrow, whose search means nothing or finds everything."""
    own = ROLE.format(name="essai", lines=f'rights.clinical = "team:r on Observation?{query}"')
    assert faults(own) == {("rights.query", "roles.essai.rights.clinical")}


def test_an_establishment_adds_and_replaces_by_whole_tables(tmp_path: Path) -> None:
    """Guards: rights that linger from the shipped file under a role that was written anew."""
    (tmp_path / "droits.toml").write_text(
        ROLE.format(name="nurse", lines='rights.clinical = "team:r"'), "utf-8"
    )
    rights = read_rights(tmp_path)
    assert rights.version == 2
    assert rights.roles["nurse"].capabilities == frozenset()
    assert {kind for kind, _ in rights.roles["nurse"].given} <= {
        kind for kind, group in rights.group_of.items() if group == "clinical"
    }
    assert rights.roles["physician"] == read_rights(tmp_path / "nowhere").roles["physician"]


def test_a_file_without_end_is_not_read(tmp_path: Path) -> None:
    """Guards: memory, at the start."""
    (tmp_path / "droits.toml").write_bytes(b"#" * (MAX_RIGHTS_BYTES + 1))
    with pytest.raises(Refused, match=r"rights\.size"):
        read_rights(tmp_path)


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_whatever_it_holds_it_is_read_or_refused(own: str | bytes) -> None:
    """Guards: a server that does not start, and does not say why."""
    raw = own if isinstance(own, bytes) else own.encode("utf-8", "surrogatepass")
    with suppress(Refused):
        assert understood(_shipped(), raw).roles
