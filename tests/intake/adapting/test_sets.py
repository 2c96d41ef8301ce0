"""Guards against a set of adaptations that is applied in part, late, or to another source."""

import os
from zoneinfo import ZoneInfo

import pytest

from hygie.hl7v2.parse import parse
from hygie.intake.adapting import NOTHING, Adaptations
from hygie.intake.adapting.compiling import compile_set
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.shipped import shipped
from hygie.refusal import Refused

MESSAGE = parse(
    b"MSH|^~\\&|GAM|CH|HYGIE|SI|20260110||ADT^A02|1|P|2.5\rPV1|1|||||||||||||8^Dom\rZPV|J18^Toux"
)
GOOD = 'title = "t"\n[[change]]\nid = "a"\nwhy = "w"\nset = "PV1-2"\nvalue = "%s"\n'


def elements(adaptation):
    context = Context(MESSAGE, ZoneInfo("Europe/Paris"), "{}-{}".format, adaptation.tables)
    return context.map("PV1", {"PV1": MESSAGE.all("PV1"), "PV2": ()})


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "adaptations").mkdir()
    return tmp_path / "adaptations"


def write(folder, name, text, stamp):
    path = folder / f"{name}.toml"
    path.write_text(text)
    os.utime(path, ns=(stamp, stamp))


def ticking():
    """A clock that goes on ten seconds at each look."""
    now = 0.0

    def clock():
        nonlocal now
        now += 10
        return now

    return clock


def test_rows_are_replaced_removed_and_added():
    """A source's own habit that spoils the reading of another source."""
    row = (
        '[[table.PV1.row]]\nid = "%s"\nwhy = "w"\nfrom = "ZPV-1"\nto = "reasonCode[]"\n'
        'as = "concept"\n'
    )
    own = compile_set(('title = "t"\n' + row % "reason").encode(), "s")
    assert elements(own)["reasonCode"][0]["text"] == "Toux"
    gone = b'title = "t"\n[[remove]]\ntable = "PV1"\nid = "admit-source"\nwhy = "w"\n'
    assert "hospitalization" in elements(own)
    assert "hospitalization" not in elements(compile_set(gone, "s"))
    assert "reasonCode" not in elements(NOTHING)
    assert NOTHING.tables is shipped()


def test_a_list_of_codes_is_the_sources_own():
    """Statuses that a laboratory invented, refused for ever."""
    text = (
        'title = "t"\n[list.report-status]\ntitle = "labo"\nunknown = "refuse"\n'
        'rule = "result.status"\n[list.report-status.codes]\nVALIDE = "final"\n'
    )
    obr = parse(b"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5\rOBR" + b"|" * 25 + b"VALIDE")
    tables = compile_set(text.encode(), "s").tables
    context = Context(obr, ZoneInfo("Europe/Paris"), "{}-{}".format, tables)
    assert context.map_segment("OBR", obr.segments[1])["status"] == "final"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[table.XYZ.row]]\nid = "a"\nto = "x"\nvalue = 1\nwhy = "w"', "XYZ"),
        ('[[remove]]\ntable = "PV1"\nid = "none"\nwhy = "w"', "ligne 2"),
        ('[[table.PV1.row]]\nid = "a"\nto = "nothing"\nvalue = 1\nwhy = "w"', "ligne 2"),
        ('[[table.PV1.row]]\nid = "a"\nto = "status"\nvalue = 1\nhow = "w"', "how"),
        ("[[changes]]", "changes"),
        ("title = ]\n", "line 2"),
    ],
)
def test_a_faulty_overlay_is_refused(text, told):
    """A row that maps nothing, found weeks later."""
    with pytest.raises(Refused) as caught:
        compile_set(('title = "t"\n' + text).encode(), "s")
    assert told in caught.value.refusal.issues[0].text("fr")


def test_a_file_that_changes_is_read_again_and_a_faulty_one_changes_nothing(folder, tmp_path):
    """A restart for a comma; a feed that stops because of a typing error."""
    write(folder, "gam", GOOD % "I", 1)
    sets = Adaptations(tmp_path, ticking())
    sets.check()
    first = sets.named("gam")
    assert first.adapt(MESSAGE).message.require("PV1").text(2) == "I"
    assert sets.named("gam") is first
    write(folder, "gam", GOOD % "O", 2)
    assert sets.named("gam").adapt(MESSAGE).message.require("PV1").text(2) == "O"
    write(folder, "gam", "title = ", 3)
    assert sets.named("gam").adapt(MESSAGE).message.require("PV1").text(2) == "O"
    assert sets.faults("gam")
    with pytest.raises(Refused):
        sets.check()


def test_a_set_that_does_not_exist_is_refused_not_ignored(folder, tmp_path):
    """Messages filed unchanged because a name was mistyped."""
    sets = Adaptations(tmp_path, ticking())
    assert sets.named("") is NOTHING
    with pytest.raises(Refused) as caught:
        sets.named("gam")
    assert caught.value.refusal.issues[0].rule == "adaptation.unknown"
    write(folder, "gam", "title = ", 1)
    with pytest.raises(Refused):
        sets.named("gam")
    write(folder, "gam", GOOD % "I", 2)
    assert sets.named("gam").name == "gam"
    assert sets.names() == ("exemple", "gam")


def test_a_set_that_is_too_large_is_refused(folder, tmp_path):
    """A file put there by mistake that fills the memory of every process."""
    write(folder, "big", 'title = "' + "x" * 300_000 + '"', 1)
    with pytest.raises(Refused):
        Adaptations(tmp_path, ticking()).check()


def test_the_example_that_is_shipped_can_be_used(tmp_path):
    """A documentation that teaches what does not work."""
    assert Adaptations(tmp_path).named("exemple").name == "exemple"


def test_a_file_that_nobody_can_read_disturbs_no_other(folder, tmp_path):
    """Guards against every message being quarantined, or the loop standing still, because of one
    thing in the folder that is no set: links that lead nowhere, pipes, folders, depths, sizes."""
    write(folder, "good", GOOD % "A", 1)
    (folder / "nowhere.toml").symlink_to(tmp_path / "absent")
    (folder / "circle.toml").symlink_to(folder / "circle.toml")
    (folder / "folder.toml").mkdir()
    os.mkfifo(folder / "pipe.toml")
    write(folder, "deep", "x = " + "[" * 100_000, 1)
    write(folder, "huge", "#" * 1_000_000, 1)
    sets = Adaptations(tmp_path, ticking())
    assert "good" in sets.names()
    assert not {"nowhere", "circle", "folder", "pipe", "deep", "huge"} & {*sets.names()}
    assert sets.faults("deep")
    assert sets.faults("huge")
