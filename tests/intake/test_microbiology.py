"""Guards against a susceptibility shown for another germ, or a germ without its antibiogram."""

from tests.intake.conftest import segment

CULTURE = segment("OBR", {1: "1", 2: "D1^DPI", 3: "F1^SIL", 4: "630-4^ECBU^LN", 24: "MB", 25: "F"})
URINE = segment("SPM", {1: "1", 2: "^T1&SIL", 4: "UR^Urine^HL70487", 17: "202601100730"})


def germ(rank, code, text, *, status="F"):
    return f"OBX|{rank}|CWE|6463-4^Germe^LN|{rank}|{code}^{text}^SCT||||||{status}"


def antibiogram(rank, germ_rank, number):
    """The order of the susceptibilities of one germ of the culture F1."""
    obr = segment(
        "OBR",
        {1: str(rank), 3: f"{number}^SIL", 4: "29576-6^Antibiogramme^LN", 24: "MB", 25: "F",
         26: f"6463-4&Germe&LN^{germ_rank}^E. coli", 29: "D1&DPI^F1&SIL"},
    )  # fmt: skip
    return [obr, "OBX|1|SN|18906-8^Ciprofloxacine^LN||<=^0.25|mg/L||S|||F",
            "OBX|2|SN|18862-3^Amoxicilline^LN||>^16|mg/L||R|||F"]  # fmt: skip


async def filed(gateway, *raws):
    for raw in raws:
        receipt = await gateway.receive("labo", raw)
        assert receipt.state == "filed", receipt.issues
        assert receipt.issues == ()


def named(observations, code):
    return [o for o in observations if o["code"]["coding"][0]["code"] == code]


def reference(observation):
    return {"reference": f"Observation/{observation['id']}"}


async def test_each_germ_and_its_antibiogram(gateway, write, everything):
    """Two germs, two antibiograms: one taken for the other."""
    coli, klebsiella = germ(1, "112283007", "E. coli"), germ(2, "56415008", "K. pneumoniae")
    await filed(
        gateway,
        write("ORU^R01", extra=[CULTURE, coli, klebsiella, *antibiogram(2, 1, "F2"),
                                *antibiogram(3, 2, "F3")]),
    )  # fmt: skip
    observations = await everything("Observation")
    germs = {g["valueCodeableConcept"]["text"]: g for g in named(observations, "6463-4")}
    tested = named(observations, "18906-8") + named(observations, "18862-3")
    assert len(tested) == 4
    for name, found in germs.items():
        mine = [o for o in tested if o["derivedFrom"] == [reference(found)]]
        assert len(mine) == 2, name
        assert sorted(m["reference"] for m in found["hasMember"]) == sorted(
            reference(o)["reference"] for o in mine
        )
    assert len(await everything("DiagnosticReport")) == 3
    cipro = named(observations, "18906-8")[0]
    assert cipro["valueQuantity"]["comparator"] == "<="
    assert cipro["interpretation"][0]["coding"][0]["code"] == "S"


async def test_an_antibiogram_in_the_order_of_its_germ(gateway, write, everything):
    """Laboratories that group by OBX-4 alone."""
    extra = [
        CULTURE, germ(1, "112283007", "E. coli"), "OBX|2|ST|18906-8^Cipro^LN|1|S||||||F",
        germ(2, "56415008", "K. pneumoniae"), "OBX|4|ST|18906-8^Cipro^LN|2|R||||||F",
        "OBX|5|TX|8251-1^Commentaire^LN||Culture positive||||||F",
    ]  # fmt: skip
    extra[3] = extra[3].replace("OBX|2|", "OBX|3|")
    await filed(gateway, write("ORU^R01", extra=extra))
    observations = await everything("Observation")
    germs = {g["id"]: g["valueCodeableConcept"]["text"] for g in named(observations, "6463-4")}
    found = {
        germs[o["derivedFrom"][0]["reference"].split("/")[1]]: o["valueString"]
        for o in named(observations, "18906-8")
    }
    assert found == {"E. coli": "S", "K. pneumoniae": "R"}
    [comment] = named(observations, "8251-1")
    assert "derivedFrom" not in comment


async def test_a_corrected_germ_keeps_its_antibiogram(gateway, write, everything):
    """The antibiogram lost with the correction of the name."""
    coli = germ(1, "112283007", "E. coli")
    await filed(gateway, write("ORU^R01", extra=[CULTURE, coli, *antibiogram(2, 1, "F2")]))
    corrected = germ(1, "112283007", "Escherichia coli", status="C")
    await filed(gateway, write("ORU^R01", extra=[CULTURE, corrected]))
    [found] = named(await everything("Observation"), "6463-4")
    assert (found["status"], len(found["hasMember"])) == ("corrected", 2)


async def test_an_antibiogram_whose_germ_is_not_there(gateway, write, everything):
    """Refused, or linked by guess."""
    receipt = await gateway.receive("labo", write("ORU^R01", extra=antibiogram(1, 1, "F2")))
    assert (receipt.state, receipt.issues[0].rule) == ("filed", "result.parent-unknown")
    assert all("derivedFrom" not in o for o in await everything("Observation"))


async def test_specimens_of_results(gateway, write, everything):
    """A result on urine shown as one on blood: after the order, before it (OUL), or in OBR-15."""
    result = "OBX|1|NM|630-4^ECBU^LN||5|/mL|||||F"
    await filed(gateway, write("ORU^R01", extra=[CULTURE, result, URINE]))
    other = CULTURE.replace("F1^SIL", "F4^SIL")
    await filed(gateway, write("OUL^R22", extra=[URINE, other, result]))
    [urine] = await everything("Specimen")
    assert urine["type"]["text"] == "Urine"
    reports = await everything("DiagnosticReport")
    assert [r["specimen"] for r in reports] == [[{"reference": f"Specimen/{urine['id']}"}]] * 2
    old = segment(
        "OBR", {3: "F9^SIL", 4: "X^X", 14: "202601100900", 15: "BLD&Sang&HL70070", 25: "F"}
    )
    await filed(gateway, write("ORU^R01", extra=[old, result]))
    kinds = {s["type"]["text"] for s in await everything("Specimen")}
    assert kinds == {"Urine", "Sang"}
    assert all("specimen" in o for o in await everything("Observation"))


async def test_several_values_of_one_result(gateway, write, everything):
    """The second and the third measure dropped."""
    repeated = "OBX|1|NM|59408-5^SpO2^LN||97~98~96|%|||||F|||202601101200"
    await filed(gateway, write("ORU^R01", extra=["OBR|1||F1^SIL|X^Constantes", repeated]))
    [found] = await everything("Observation")
    assert [str(c["valueQuantity"]["value"]) for c in found["component"]] == ["97", "98", "96"]
    assert found["category"][0]["coding"][0]["code"] == "vital-signs"
    assert "dataAbsentReason" not in found


async def test_point_of_care_and_alerts(gateway, write, everything):
    """A glucose measured at the bedside, quarantined as unknown."""
    extra = ["OBR|1||F1^SIL|X^Glycémie", "OBX|1|NM|2339-0^Glucose^LN||1.2|g/L|||||F"]
    await filed(gateway, write("ORU^R30", extra=extra), write("ORU^R40", extra=extra))
    assert len(await everything("Observation")) == 1
