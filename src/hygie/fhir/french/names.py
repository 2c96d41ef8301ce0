"""The names French identities are known by: FR Core 2.2.0 URLs, and the OIDs of the INS.

Source: package hl7.fhir.fr.core 2.2.0; ANS, list of INS OIDs.
"""

from typing import Final

FR_CORE: Final = "https://hl7.fr/ig/fhir/core"
IDENTIFIER_TYPES_FR: Final = f"{FR_CORE}/CodeSystem/fr-core-cs-v2-0203"
RELIABILITY_CODES: Final = f"{FR_CORE}/CodeSystem/fr-core-cs-v2-0445"
RELIABILITY: Final = f"{FR_CORE}/StructureDefinition/fr-core-identity-reliability"
BIRTH_LIST_GIVEN_NAME: Final = (
    f"{FR_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name"
)
INSEE_CODE: Final = f"{FR_CORE}/StructureDefinition/fr-core-address-insee-code"
BIRTH_PLACE: Final = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
COMMUNES: Final = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"

INS_NIR: Final = "1.2.250.1.213.1.4.8"
INS_NIA: Final = "1.2.250.1.213.1.4.9"
INS_NIR_TEST: Final = "1.2.250.1.213.1.4.10"
INS_NIR_DEMO: Final = "1.2.250.1.213.1.4.11"
INS_OIDS: Final = {
    "INS-NIR": INS_NIR,
    "INS-NIA": INS_NIA,
    "INS-NIR-TEST": INS_NIR_TEST,
    "INS-NIR-DEMO": INS_NIR_DEMO,
}
"""Code of the type of identifier (FR Core) -> OID of the nature of the matricule."""
