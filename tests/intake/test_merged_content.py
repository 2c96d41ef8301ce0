"""Guards against orders, drugs, appointments or contacts left with a patient who is no more."""

from tests.intake import test_appointments, test_prescriptions, test_vaccinations
from tests.intake.conftest import segment
from tests.intake.test_orders import order, result
from tests.intake.test_surroundings import INSURANCE, MOTHER

from hygie.fhir.codec import encode

LOSING = {3: "8002^^^CH&1.2.3&ISO^PI", 5: "MARTIN^ANNE^^^^^L"}
TYPES = ("ServiceRequest", "DiagnosticReport", "Observation", "Appointment", "MedicationRequest",
         "Immunization", "RelatedPerson", "Coverage", "AllergyIntolerance")  # fmt: skip


async def test_all_that_was_filed_follows_a_merge(gateway, write, everything):
    """The allergy, or the appointment, that the surviving record does not show; a result that
    does not find its order any more."""
    extra = [MOTHER, segment("IN1", INSURANCE), "AL1|1|DA|PENI^P^L|SV"]
    raws = [
        write("ADT^A28"),
        write("ADT^A28", person=LOSING, extra=extra),
        write("ORM^O01", person=LOSING, extra=order()),
        write("SIU^S12", person=LOSING, extra=test_appointments.booking()),
        write("RDE^O11", person=LOSING, extra=test_prescriptions.line()),
        write("VXU^V04", person=LOSING, extra=test_vaccinations.dose()),
        write("ADT^A40", extra=["MRG|8002^^^CH&1.2.3&ISO^PI"]),
        write("ORU^R01", person=LOSING, extra=result()),
    ]
    for raw in raws:
        receipt = await gateway.receive("gam", raw)
        assert receipt.state == "filed", receipt.issues
    patients = {p["active"]: p["id"] for p in await everything("Patient")}
    for resource_type in TYPES:
        found = await everything(resource_type)
        assert found, resource_type
        for resource in found:
            text = str(encode(resource))
            assert patients[True] in text, resource_type
            assert patients[False] not in text, resource_type
    [request] = await everything("ServiceRequest")
    [report] = await everything("DiagnosticReport")
    assert report["basedOn"] == [{"reference": f"ServiceRequest/{request['id']}"}]
