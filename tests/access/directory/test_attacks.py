"""A directory that lies, breaks, or holds people who do; and what stands between."""

import asyncio
import base64
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from tests.access.directory.conftest import Ground, declared
from tests.access.directory.server import BASE, GROUPS, PASSWORD, PEOPLE, Slapd, person
from tests.authority import Authority

from hygie.access import Access
from hygie.access.directory import asking
from hygie.access.directory.declaration import Directory
from hygie.outbound.addresses import Address
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.refusal import Refused


def rules(result) -> dict[str, list[str]]:
    return {one.account: [issue.rule for issue in one.issues] for one in result.plan.steps}


async def refused(ground: Ground, rule: str) -> None:
    with pytest.raises(Refused) as raised:
        await ground.sync()
    (issue,) = raised.value.refusal.issues
    assert issue.rule == rule
    assert PASSWORD not in issue.text("fr") + issue.text("en")


async def test_who_is_another_server_is_told_nothing(ground: Ground, tmp_path: Path) -> None:
    """Guards: the password of the reading account, given to whoever answers at that address."""
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other", "autre")
    (ground.data / "ca.pem").write_bytes(other.file.read_bytes())
    await refused(ground, "directory.untrusted")


async def test_a_certificate_of_another_name_is_another_server(
    ground: Ground, slapd: Slapd
) -> None:
    """Guards: any machine of the establishment that has a certificate of the same authority."""
    ground.declare(declared(slapd.url.replace("localhost", "annuaire.clinique.fr")))

    async def names(host: str, port: int) -> list[Address]:
        return [IPv4Address("127.0.0.1")]

    ground.outbound = Outbound(read_permission("127.0.0.1"), names=names)
    await refused(ground, "directory.untrusted")


async def test_by_starttls_as_well(ground: Ground, slapd: Slapd, claire: str) -> None:
    """Guards: an older directory that has no port of its own for TLS, and is read in clear."""
    ground.declare(declared(f"ldap://localhost:{slapd.port}"))
    assert await ground.told() == [("arrive", "claire.morel")]
    (ground.data / "ca.pem").write_bytes(
        Authority(_made(ground.data / "x"), "autre").file.read_bytes()
    )
    await refused(ground, "directory.untrusted")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def test_a_wrong_or_empty_password_reads_nothing(ground: Ground, claire: str) -> None:
    """Guards: a bind without password, which succeeds as nobody (RFC 4513 §5.1.2)."""
    secret = ground.secrets[0] / "annuaire.secret"
    for text, rule in (("faux", "directory.bind"), ("\n", "directory.no-password")):
        secret.write_text(text)
        await refused(ground, rule)


async def test_names_that_are_filters_are_names(
    ground: Ground, slapd: Slapd, access: Access
) -> None:
    """Guards: LDAP injection: somebody whose name, login or group is a filter or a DN."""
    logins = ("*", ")(uid=*", "admin)(|(uid=*", "a,dc=fr", "a\\2a", "x*)(&")
    for number, login in enumerate(logins):
        slapd.join(
            "infirmiers", slapd.add(f"p{number}", "*)(objectClass=*", description=login)
        )  # fmt: skip
    ground.declare(declared(slapd.url).replace(
        "[attributes]", '[attributes]\nlogin = "description"'))  # fmt: skip
    result = await ground.sync()
    assert [one.kind for one in result.plan.steps] == ["refused"] * 6
    assert {rule for all_ in rules(result).values() for rule in all_} == {"access.name"}
    assert await access.list_accounts() == ()


async def test_a_group_with_a_name_of_signs_is_one_group(ground: Ground, slapd: Slapd) -> None:
    """Guards: a comma or a star in a group's name that makes it another group, or all of them."""
    name = r"Urgences\, nuit (a*)"
    dn = slapd.add("yann", "Yann")
    slapd.change(f"dn: cn={name},{GROUPS}\nobjectClass: groupOfNames\nmember: {dn}\n\n")
    slapd.add("zoe", "Zoé")
    for groups in ("memberOf", "member"):
        text = declared(slapd.url, before=f'groups = "{groups}"', more=(
            "[[role]]\ngroup = '" + f"CN=urgences\\2c nuit (A*),{GROUPS}" + "'\nrole = \"nurse\"\n"
        ))  # fmt: skip
        ground.declare(text)
        result = await ground.sync(dry_run=True)
        assert [(one.kind, one.account) for one in result.plan.steps] == [("arrive", "yann")]


async def test_look_alikes_and_twins_are_refused(
    ground: Ground, slapd: Slapd, access: Access
) -> None:
    """Guards: two people who read alike, one of whom comes in as the other."""
    cyrillic = base64.b64encode("аlice".encode()).decode()
    hidden = base64.b64encode("ali\u200bce".encode()).decode()
    logins = [": alice", f":: {cyrillic}", f":: {hidden}", ": ALICE", ": bob"]
    for number, login in enumerate(logins):
        dn = slapd.add(f"p{number}", f"P{number}")
        slapd.change(f"dn: {dn}\nchangetype: modify\nadd: description\ndescription{login}\n")
        slapd.join("infirmiers", dn)
    slapd.join("infirmiers", slapd.add("p5", "Sans nom de connexion"))
    ground.declare(declared(slapd.url).replace(
        "[attributes]", '[attributes]\nlogin = "description"'))  # fmt: skip
    result = await ground.sync()
    told = sorted(
        rule for one in result.plan.steps for rule in (issue.rule for issue in one.issues)
    )
    assert told == [
        "access.name", "access.name", "directory.twice", "directory.twice", "directory.value",
    ]  # fmt: skip
    assert [one.name for one in await access.list_accounts()] == ["bob"]


async def test_one_identifier_for_two_gives_neither(
    ground: Ground, slapd: Slapd, claire: str, access: Access
) -> None:
    """Guards: two accounts of one RPPS number: Pro Santé Connect would open neither."""
    await ground.sync()
    slapd.join("medecins", slapd.add("autre", "Autre", employeeNumber="810003456789"))
    result = await ground.sync()
    assert rules(result) == {
        "claire.morel": ["directory.national-twice"], "autre": ["directory.national-twice"],
    }  # fmt: skip
    assert not (await access.lifecycle.account("claire.morel")).disabled


async def test_who_cannot_be_understood_has_not_left(
    ground: Ground, slapd: Slapd, claire: str, access: Access
) -> None:
    """Guards: a typing error of the morning that shuts somebody out."""
    await ground.sync()
    slapd.change(f"dn: {claire}\nchangetype: modify\nreplace: employeeNumber\nemployeeNumber: 12\n")
    assert rules(await ground.sync()) == {"claire.morel": ["access.national"]}
    assert not (await access.lifecycle.account("claire.morel")).disabled


async def test_more_than_a_page_is_read_whole(ground: Ground, slapd: Slapd) -> None:
    """Guards: the first thousand, and everybody after them taken for gone."""
    names = [f"p{number:04}" for number in range(1_250)]
    slapd.change("".join(person(one, one, title="IDE") for one in names))
    ground.declare(
        declared(slapd.url, '[[role]]\nattribute = "title"\nvalue = "ide"\nrole = "nurse"')
    )
    result = await ground.sync()
    assert result.counts()["arrive"] == 1_250
    again = await ground.sync()
    assert (again.plan.steps, again.plan.same) == ((), 1_250)


async def test_a_server_that_goes_away_leaves_nothing_half(
    ground: Ground, slapd: Slapd, claire: str, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: half a list, of which the other half would be closed."""
    await ground.sync()
    slapd.change("".join(person(f"p{number:03}", "P") for number in range(700)))
    pages = asking.Talk.pages

    def broken(self, *asked):
        for page in pages(self, *asked):
            yield page
            slapd.stop()

    monkeypatch.setattr(asking.Talk, "pages", broken)
    before = await access.list_accounts()
    await refused(ground, "directory.unreachable")
    assert await access.list_accounts() == before
    with pytest.raises(Refused, match="outbound"):
        await ground.sync()


async def test_a_limit_of_the_server_is_no_end(ground: Ground, slapd: Slapd, claire: str) -> None:
    """Guards: a server that gives the first ten and says so, and is not listened to."""
    slapd.stop()
    conf = slapd.folder / "slapd.conf"
    unlimited = "size.soft=unlimited size.hard=unlimited"
    conf.write_text(conf.read_text().replace(unlimited, "size.soft=10 size.prtotal=10"))
    slapd.start()
    slapd.change("".join(person(f"p{number:03}", "P") for number in range(30)))
    await refused(ground, "directory.incomplete")


async def test_a_base_or_group_that_is_not_there_is_said(ground: Ground, slapd: Slapd) -> None:
    """Guards: a base that was renamed, and everybody taken for gone."""
    ground.declare(declared(slapd.url).replace(f'base = "{BASE}"', f'base = "ou=x,{BASE}"'))
    await refused(ground, "directory.incomplete")
    text = declared(slapd.url, before='groups = "member"').replace("cn=infirmiers", "cn=autres")
    ground.declare(text)
    await refused(ground, "directory.no-group")


async def test_a_referral_is_not_followed(ground: Ground, slapd: Slapd, claire: str) -> None:
    """Guards: a directory that sends us, and the reading account's password, elsewhere."""
    asked: list[bytes] = []

    async def stranger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(1))
        writer.close()

    server = await asyncio.start_server(stranger, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    slapd.change(
        f"dn: ou=ailleurs,{BASE}\nobjectClass: referral\nobjectClass: extensibleObject\n"
        f"ou: ailleurs\nref: ldap://127.0.0.1:{port}/ou=ailleurs,{BASE}\n\n"
    )
    assert await ground.told() == [("arrive", "claire.morel")]
    ground.declare(declared(slapd.url).replace(f'base = "{BASE}"', f'base = "ou=ailleurs,{BASE}"'))
    await refused(ground, "directory.referral")
    server.close()
    assert asked == []


async def test_an_account_that_reads_no_identifier_reads_nobody(
    ground: Ground, slapd: Slapd, claire: str
) -> None:
    """Guards: rights that were narrowed, and everybody taken for somebody new."""
    await ground.sync()
    text = declared(slapd.url).replace("[attributes]", '[attributes]\nid = "carLicense"')
    ground.declare(text)
    await refused(ground, "directory.no-id")


async def test_active_directory_says_who_is_disabled(
    ground: Ground, slapd: Slapd, access: Access
) -> None:
    """Guards: somebody who was disabled in Active Directory, and still comes in here."""
    number = "00112233-4455-6677-8899-aabbccddeeff"
    raw = base64.b64encode(bytes.fromhex("33221100554477668899aabbccddeeff")).decode()
    text = person("x", "Claire", userAccountControl="512", sAMAccountName="CMorel")
    text = text.replace("inetOrgPerson", "inetOrgPerson\nobjectClass: user").rstrip()
    slapd.change(f"{text}\nobjectGUID:: {raw}\n\n")
    dn = f"uid=x,{PEOPLE}"
    slapd.join("medecins", dn)
    ground.declare(declared(slapd.url, before='kind = "ad"'))
    assert [one.id for one in await ground.read()] == [number]
    assert await ground.told() == [("arrive", "cmorel")]
    slapd.add("autre", "Autre", mail="a@clinique.fr")
    set_ = "changetype: modify\nreplace: userAccountControl\nuserAccountControl"
    slapd.change(f"dn: {dn}\n{set_}: 514\n")
    result = await ground.sync(force=True)
    assert [(one.kind, one.why and one.why.en) for one in result.plan.steps] == [
        ("close", "disabled in the directory"),
    ]  # fmt: skip
    slapd.change(f"dn: {dn}\n{set_}: 66048\n")
    assert await ground.told() == [("return", "cmorel")]


async def test_a_link_that_was_moved_follows_nobody(
    ground: Ground, slapd: Slapd, claire: str, access: Access
) -> None:
    """Guards: whoever writes in the database, and makes another's account follow a directory."""
    await ground.sync()
    await access.create_account("root", "Root", "administrator", PASSWORD)
    pool = access._pool
    await pool.execute("UPDATE hygie.directory_link SET account = 'root'")
    with pytest.raises(Refused, match=r"directory\.link"):
        await ground.sync()
    assert not (await access.lifecycle.account("root")).disabled


async def test_a_server_that_drips_is_left(ground: Ground, claire: str) -> None:
    """Guards: a directory that holds a synchronisation, and its lock, for hours."""
    from hygie.access.directory.bounded import Bounded  # noqa: PLC0415

    reader, writer = await asyncio.open_connection("127.0.0.1", _port(ground.directory()))
    made = writer.get_extra_info("socket")._sock
    with pytest.raises(TimeoutError):
        Bounded(made, seconds=-1).recv(1)
    with pytest.raises(TimeoutError):
        Bounded(made, seconds=-1).sendall(b"x")
    writer.close()
    assert reader


def _port(directory: Directory) -> int:
    return int(directory.url.rpartition(":")[2])
