"""What is declared of the directory: taken as it is meant, or refused before anything is asked."""

from pathlib import Path

import pytest
from tests.access.directory.conftest import Ground, declared
from tests.authority import Authority

from hygie.access.directory.filters import people_filter
from hygie.access.directory.names import name_of
from hygie.limits.directory import MAX_DIRECTORY_FILE_BYTES
from hygie.refusal import Refused

GOOD = "ldaps://annuaire.clinique.fr"


@pytest.fixture(autouse=True)
def _authority(bare: Ground, tmp_path: Path) -> None:
    (bare.data / "ca.pem").write_bytes(Authority(tmp_path, "clinique").file.read_bytes())


def places(bare: Ground, text: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        bare.declare(text)
    issues = refused.value.refusal.issues
    assert all(one.text("fr") and one.text("en") for one in issues)
    return [one.details.get("place", one.rule) for one in issues]


def test_what_is_usual_needs_not_be_said(bare: Ground) -> None:
    """Guards: thirty lines to copy, one of them wrong."""
    plain = bare.declare(declared(GOOD))
    assert (plain.attributes.id, plain.attributes.login) == ("entryUUID", "uid")
    active = bare.declare(declared(GOOD, before='kind = "ad"'))
    assert (active.attributes.id, active.attributes.login, active.classes) == (
        "objectGUID", "sAMAccountName", ("user",),
    )  # fmt: skip


def test_none_is_none(bare: Ground) -> None:
    """Guards: a synchronisation with nothing, which closes everybody."""
    with pytest.raises(Refused, match=r"directory\.none"):
        bare.directory()


def test_every_fault_is_told_at_once(bare: Ground) -> None:
    """Guards: eight starts to find eight faults."""
    text = (
        declared("ldap://10.0.0.1/dc=fr", before="starttls = false\nclosing_percent = 101")
        .replace('"annuaire"', '"local"').replace("annuaire.secret", "other.secret")
        .replace("ca.pem", "../ca.pem").replace('base = "dc', 'base = "')
        .replace('"employeeNumber"', '"a)(b"').replace('"physician"', '"patient"')
        .replace('role = "nurse"', 'role = "nurse"\nvalue = "x"')
    )  # fmt: skip
    assert places(bare, text) == [
        "url", "secret", "ca", "name", "base", "attributes.national", "closing_percent",
        "role[0].role", "role[1]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "starttls", "good"),
    [
        ("ldaps://annuaire.clinique.fr:3269", "true", True),
        ("ldap://annuaire.clinique.fr", "true", True),
        ("ldap://annuaire.clinique.fr", "false", False),
        ("ldap://127.0.0.1:3890", "false", True),
        ("ldap://127.0.0.1.clinique.fr", "false", False),
        ("ldapi://%2Frun%2Fslapd", "true", False),
        ("https://annuaire.clinique.fr", "true", False),
        ("ldaps://annuaire.clinique.fr/dc=fr??sub", "true", False),
        ("ldaps://u:p@annuaire.clinique.fr", "true", False),
    ],
)
def test_nothing_goes_in_clear(bare: Ground, url: str, starttls: str, good: bool) -> None:
    """Guards: the password of the reading account, and the list of the staff, on the network."""
    text = declared(url, before=f"starttls = {starttls}")
    if good:
        assert bare.declare(text).url == url
    else:
        assert places(bare, text) in (["url"], ["starttls"])


def test_a_secret_that_others_read_is_none(bare: Ground) -> None:
    """Guards: a password that every account of the machine can read."""
    (bare.data / "secrets" / "annuaire.secret").chmod(0o644)
    assert places(bare, declared(GOOD)) == ["secret"]


def test_a_file_of_another_shape_is_refused(bare: Ground) -> None:
    """Guards: a word that is misspelt, and means nothing."""
    assert places(bare, declared(GOOD, before='bases = "x"')) == ["directory.field"]
    assert places(bare, "#" * (MAX_DIRECTORY_FILE_BYTES + 1)) == ["directory.size"]
    assert places(bare, declared(GOOD).split("[[role]]")[0]) == ["directory.missing"]


def test_a_filter_compares_and_does_nothing_else(bare: Ground) -> None:
    """Guards: a value that becomes a filter of its own (RFC 4515)."""
    one = bare.declare(declared(GOOD, before=r"""where.ou = ["*)(uid=*", "a\\b\u0000", "é"]"""))
    assert people_filter(one) == (
        r"(&(|(objectClass=inetOrgPerson))(|(ou=\2a\29\28uid=\2a)(ou=a\5cb\00)(ou=é)))"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=Médecins, OU=Groupes,DC=fr", "cn=médecins,ou=groupes,dc=fr"),
        (r"cn=Durand\, Claire,dc=fr", r"cn=Durand\2C Claire,dc=fr"),
        (r"cn=M\c3\a9decins,dc=fr", "cn=Médecins,dc=fr"),
    ],
)
def test_one_name_in_two_spellings(one: str, other: str) -> None:
    """Guards: a rule that never fits, since the directory writes the name otherwise."""
    assert name_of(one) == name_of(other) is not None


@pytest.mark.parametrize("text", ["x", "cn=", ",cn=a", r"cn=a\,dc=fr,", "=a"])
def test_what_is_no_name_equals_none(text: str) -> None:
    """Guards: two garbled names that are taken for one."""
    assert name_of(text) is None
    assert name_of(r"cn=a\,dc=fr") != name_of("cn=a,dc=fr")
