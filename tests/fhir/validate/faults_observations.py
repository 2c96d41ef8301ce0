"""Faults of vital signs: what FR Core asks, and R4's own profiles below it.

R4: observation-vitalsigns.html, and the profile of each measure.
"""

from collections.abc import Iterator

from tests.fhir.validate.faults import Fault, add, both, drop, put, rename, repeat

MEASURES = {
    "Observation-FRCoreObservationBMIExample": "kg",
    "Observation-FRCoreObservationBodyHeightExample": "kg",
    "Observation-FRCoreObservationBodyTemperatureExample": "K",
    "Observation-FRCoreObservationBodyWeightExample": "[stone_av]",
    "Observation-FRCoreObservationHeadCircumExample": "mm",
    "Observation-FRCoreObservationHeartRateExample": "/h",
}
"""Example -> a UCUM unit that its profile does not allow."""
BOUND_UNIT = ("BodyHeight", "BodyTemperature", "BodyWeight", "HeadCircum")
PRESSURE = "Observation-FRCoreObservationBPExample"
QUANTITY = "value.ofType(Quantity)"
LABORATORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def faults() -> Iterator[Fault]:
    for name, unit in MEASURES.items():
        yield from _of_any(name)
        yield from _of_measure(name, unit)
    yield from _of_any(PRESSURE)
    yield from _of_pressure(PRESSURE)


def _of_any(name: str) -> Iterator[Fault]:
    yield Fault(name, "sans catégorie", drop("category"), "profile.minimum", "")
    yield Fault(
        name, "catégorie « laboratoire » et non « signes vitaux »",
        put("category.0.coding.0", {"system": LABORATORY, "code": "laboratory"}),
        "profile.slice-minimum", "",
    )  # fmt: skip
    yield Fault(name, "le code LOINC d’une autre mesure", put("code.coding.0.code", "1234-5"),
                "profile.slice-minimum", "code")  # fmt: skip
    yield Fault(name, "un code en texte seul", put("code", {"text": "mesure"}),
                "profile.minimum", "code")  # fmt: skip
    yield Fault(name, "sans date", drop("effectiveDateTime"), "profile.minimum", "")
    yield Fault(name, "une date à l’année près", put("effectiveDateTime", "2022"),
                "invariant.vs-1", "effective.ofType(dateTime)")  # fmt: skip
    yield Fault(name, "une date qui n’existe pas", put("effectiveDateTime", "2022-13-45"),
                "value.format", "effective.ofType(dateTime)")  # fmt: skip
    yield Fault(name, "un moment d’un type que le profil exclut",
                rename("effectiveDateTime", "effectiveInstant"),
                "profile.type", "effective.ofType(instant)")  # fmt: skip
    yield Fault(name, "sans patient", drop("subject"), "profile.minimum", "")
    yield Fault(name, "un groupe pour patient", put("subject", {"reference": "Group/1"}),
                "reference.target", "subject")  # fmt: skip
    yield Fault(name, "un appareil pour exécutant", put("performer.0.reference", "Device/1"),
                "reference.target", "performer[0]")  # fmt: skip
    yield Fault(name, "un épisode pour séjour", put("encounter", {"reference": "EpisodeOfCare/1"}),
                "reference.target", "encounter")  # fmt: skip
    yield Fault(name, "un statut inconnu", put("status", "done"), "value.binding", "status")
    yield Fault(name, "sans statut", drop("status"), "structure.required", "")
    yield Fault(name, "une référence qui dit un autre type que le sien",
                put("subject", {"reference": "Patient/1", "type": "Device"}),
                "reference.type", "subject")  # fmt: skip


def _of_measure(name: str, unit: str) -> Iterator[Fault]:
    rule = "binding.required" if any(part in name for part in BOUND_UNIT) else "profile.fixed"
    yield Fault(name, "une unité que le profil n’admet pas", put("valueQuantity.code", unit),
                rule, f"{QUANTITY}.code")  # fmt: skip
    yield Fault(name, "un autre système d’unités", put("valueQuantity.system", "urn:units"),
                "profile.fixed", f"{QUANTITY}.system")  # fmt: skip
    yield Fault(name, "sans système d’unités", drop("valueQuantity.system"),
                "profile.minimum", QUANTITY)  # fmt: skip
    yield Fault(name, "sans unité lisible", drop("valueQuantity.unit"),
                "profile.minimum", QUANTITY)  # fmt: skip
    yield Fault(name, "sans nombre", drop("valueQuantity.value"), "profile.minimum", QUANTITY)
    yield Fault(name, "un nombre entre guillemets", put("valueQuantity.value", "28"),
                "value.json-type", f"{QUANTITY}.value")  # fmt: skip
    yield Fault(name, "un texte pour valeur",
                both(drop("valueQuantity"), put("valueString", "28 environ")),
                "profile.type", "value.ofType(string)")  # fmt: skip
    yield Fault(name, "ni valeur ni raison de son absence", drop("valueQuantity"),
                "invariant.vs-2", "")  # fmt: skip
    yield Fault(name, "valeur, et raison de son absence",
                put("dataAbsentReason", {"text": "refus"}), "invariant.obs-6", "")  # fmt: skip


def _of_pressure(name: str) -> Iterator[Fault]:
    systolic = "component[0]"
    value = f"{systolic}.{QUANTITY}"
    yield Fault(name, "une valeur en plus des composants",
                put("valueQuantity", {"value": 80}), "profile.maximum", "value")  # fmt: skip
    yield Fault(name, "sans composants", drop("component"), "profile.minimum", "")
    yield Fault(name, "sans systolique", drop("component.0"), "profile.slice-minimum", "")
    yield Fault(name, "sans diastolique", drop("component.1"), "profile.slice-minimum", "")
    yield Fault(name, "deux systoliques", repeat("component.0"),
                "profile.slice-maximum", "component")  # fmt: skip
    yield Fault(name, "une systolique sans valeur ni raison", drop("component.0.valueQuantity"),
                "invariant.vs-3", systolic)  # fmt: skip
    yield Fault(name, "une systolique en kilopascals",
                put("component.0.valueQuantity.code", "kPa"),
                "profile.fixed", f"{value}.code")  # fmt: skip
    yield Fault(name, "une systolique sans unité", drop("component.0.valueQuantity.unit"),
                "profile.minimum", value)  # fmt: skip
    yield Fault(name, "une systolique en texte",
                both(drop("component.0.valueQuantity"), put("component.0.valueString", "107")),
                "profile.type", f"{systolic}.value.ofType(string)")  # fmt: skip
    yield Fault(name, "un composant sans code", drop("component.0.code"),
                "structure.required", systolic)  # fmt: skip
    yield Fault(name, "une moyenne dont le code est double",
                add("component", {
                    "code": {"coding": [{"system": "http://loinc.org", "code": "8478-0"}] * 2},
                    "valueQuantity": {"value": 75, "unit": "mm[Hg]", "code": "mm[Hg]",
                                      "system": "http://unitsofmeasure.org"},
                }), "profile.slice-maximum", "component[2].code.coding")  # fmt: skip
