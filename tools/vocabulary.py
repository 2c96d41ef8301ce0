"""Systems and codes that French hospitals' FHIR resources bear, to make synthetic resources with.

Public vocabularies: HL7 terminology (terminology.hl7.org), LOINC, SNOMED CT, UCUM, DICOM, IANA, and
the French ones (ANS: MOS/NOS, INS; Interop'Santé). A few entries of each, as examples.
"""

from typing import Final, NamedTuple

HL7: Final = "http://terminology.hl7.org/CodeSystem/"
NOS: Final = "https://mos.esante.gouv.fr/NOS/"
FR: Final = "https://hl7.fr/ig/fhir/core/"


class Concept(NamedTuple):
    system: str
    code: str
    display: str = ""


def _of(system: str, *pairs: str) -> list[Concept]:
    """From "code=display" or "code"."""
    return [Concept(system, *pair.split("=", 1)) for pair in pairs]


CONCEPTS: Final[dict[str, list[Concept]]] = {
    "Observation.category": _of(
        f"{HL7}observation-category",
        "vital-signs=Vital Signs",
        "laboratory=Laboratory",
        "social-history=Social History",
        "imaging=Imaging",
        "exam=Exam",
        "survey=Survey",
        "procedure=Procedure",
    ),
    "Observation.code": _of(
        "http://loinc.org",
        "8480-6=Systolic blood pressure",
        "8462-4=Diastolic blood pressure",
        "85354-9=Blood pressure panel with all children optional",
        "8867-4=Heart rate",
        "9279-1=Respiratory rate",
        "8310-5=Body temperature",
        "29463-7=Body Weight",
        "8302-2=Body Height",
        "39156-5=Body Mass Index",
        "59408-5=Oxygen saturation in Arterial blood",
        "718-7=Hemoglobin [Mass/volume] in Blood",
        "2345-7=Glucose [Mass/volume] in Serum or Plasma",
        "2160-0=Creatinine [Mass/volume] in Serum or Plasma",
        "2951-2=Sodium",
        "2823-3=Potassium",
        "1988-5=C reactive protein [Mass/volume] in Serum or Plasma",
        "4548-4=Hemoglobin A1c",
        "6690-2=Leukocytes [#/volume] in Blood by Automated count",
        "777-3=Platelets [#/volume] in Blood",
        "789-8=Erythrocytes [#/volume] in Blood by Automated count",
        "72514-3=Pain severity",
        "72166-2=Tobacco smoking status",
        "2093-3=Cholesterol [Mass/volume] in Serum or Plasma",
    ),
    "Observation.interpretation": _of(
        f"{HL7}v3-ObservationInterpretation",
        "N=Normal",
        "H=High",
        "L=Low",
        "A=Abnormal",
        "HH=Critical high",
        "LL=Critical low",
        "POS=Positive",
        "NEG=Negative",
    ),
    "Observation.dataAbsentReason": _of(
        f"{HL7}data-absent-reason", "unknown=Unknown", "not-performed=Not Performed", "error=Error"
    ),
    "Condition.clinicalStatus": _of(
        f"{HL7}condition-clinical", "active=Active", "resolved=Resolved", "inactive", "remission"
    ),
    "Condition.verificationStatus": _of(
        f"{HL7}condition-ver-status", "confirmed=Confirmed", "provisional", "refuted"
    ),
    "Condition.category": _of(
        f"{HL7}condition-category",
        "encounter-diagnosis=Encounter Diagnosis",
        "problem-list-item=Problem List Item",
    ),
    "Condition.code": [
        *_of(
            "http://hl7.org/fhir/sid/icd-10",
            "I10=Hypertension essentielle (primitive)",
            "E11.9",
            "J18.9",
            "N39.0",
            "I48.9",
        ),
        *_of(
            "http://snomed.info/sct",
            "38341003=Hypertensive disorder (disorder)",
            "44054006=Diabetes mellitus type 2 (disorder)",
            "195967001=Asthma (disorder)",
        ),
    ],
    "AllergyIntolerance.clinicalStatus": _of(f"{HL7}allergyintolerance-clinical", "active=Active"),
    "AllergyIntolerance.verificationStatus": _of(
        f"{HL7}allergyintolerance-verification", "confirmed=Confirmed", "unconfirmed"
    ),
    "Encounter.class": _of(
        f"{HL7}v3-ActCode",
        "AMB=ambulatory",
        "IMP=inpatient encounter",
        "EMER=emergency",
        "HH=home health",
        "SS=short stay",
        "ACUTE=inpatient acute",
        "VR=virtual",
    ),
    "Encounter.participant.type": _of(
        f"{HL7}v3-ParticipationType", "PPRF=primary performer", "ATND=attender", "ADM=admitter"
    ),
    "Encounter.hospitalization.dischargeDisposition": _of(
        f"{HL7}discharge-disposition", "home=Home", "other-hcf=Other healthcare facility"
    ),
    "Location.physicalType": _of(
        f"{HL7}location-physical-type", "wa=Ward", "ro=Room", "bd=Bed", "bu=Building", "si=Site"
    ),
    "Organization.type": [
        *_of(f"{HL7}organization-type", "prov=Healthcare Provider", "dept=Hospital Department"),
        *_of(f"{FR}CodeSystem/fr-core-cs-v2-3307", "ETABLISSEMENT", "UF"),
    ],
    "Patient.maritalStatus": _of(
        f"{HL7}v3-MaritalStatus", "M=Married", "S=Never Married", "D", "W"
    ),
    "Patient.contact.relationship": [
        *_of(f"{HL7}v2-0131", "N=Next-of-Kin", "C=Emergency Contact"),
        *_of(f"{HL7}v3-RoleCode", "MTH=mother", "FTH=father", "SPS=spouse", "CHILD=child"),
    ],
    "Identifier.type": [
        *_of(
            f"{HL7}v2-0203",
            "MR=Medical record number",
            "PI=Patient internal identifier",
            "VN=Visit number",
            "AN=Account number",
            "NH=National Health Plan Identifier",
            "PLAC=Placer Identifier",
            "FILL=Filler Identifier",
            "ACSN=Accession ID",
            "PRN=Provider number",
            "RI=Resource identifier",
        ),
        *_of(
            f"{FR}CodeSystem/fr-core-cs-v2-0203",
            "INS-NIR=NIR définitif",
            "INS-NIA=NIA temporaire",
            "FINEJ=FINESS d'entité juridique",
            "FINEG=FINESS d'entité géographique",
            "RPPS=Numéro RPPS",
            "IDNPS=Identifiant national de professionnel de santé",
        ),
    ],
    "DiagnosticReport.category": _of(
        f"{HL7}v2-0074",
        "LAB=Laboratory",
        "RAD=Radiology",
        "CH=Chemistry",
        "HM=Hematology",
        "MB=Microbiology",
        "PAT=Pathology",
    ),
    "DiagnosticReport.code": _of(
        "http://loinc.org",
        "11502-2=Laboratory report",
        "58410-2=CBC panel - Blood by Automated count",
        "24323-8=Comprehensive metabolic panel",
        "18748-4=Diagnostic imaging study",
    ),
    "DocumentReference.type": _of(
        "http://loinc.org",
        "34133-9=Summary of episode note",
        "11506-3=Progress note",
        "18842-5=Discharge summary",
        "11488-4=Consult note",
        "57833-6=Prescription for medication",
        "34112-3=Hospital Note",
        "47039-3=Hospital Admission history and physical note",
    ),
    "DocumentReference.category": _of(
        f"{NOS}TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument",
        "10=Compte rendu",
        "11=Synthèse",
        "31=Imagerie médicale",
    ),
    "Practitioner.qualification.code": [
        *_of(
            f"{NOS}TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante",
            "10=Médecin",
            "60=Infirmier",
            "21=Pharmacien",
            "50=Sage-femme",
            "70=Masseur-Kinésithérapeute",
        ),
        *_of(
            f"{NOS}TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale",
            "SM04=Cardiologie et maladies vasculaires (SM)",
            "SM26=Qualifié en Médecine Générale (SM)",
        ),
    ],
    "MedicationRequest.medication": [
        *_of("http://www.whocc.no/atc", "N02BE01=paracetamol", "C07AB02=metoprolol"),
        *_of("http://www.nlm.nih.gov/research/umls/rxnorm", "313782", "308136"),
        *_of("http://data.esante.gouv.fr/ansm/medicament", "3400930234259"),
    ],
    "Dosage.route": _of("http://standardterms.edqm.eu", "20053000=Voie orale", "20045000"),
    "Dosage.timing": _of(f"{HL7}v3-GTSAbbreviation", "BID", "TID", "QD=every day", "Q4H"),
    "Immunization.vaccineCode": _of("http://hl7.org/fhir/sid/cvx", "140", "208", "115"),
    "Specimen.type": _of(f"{HL7}v2-0487", "BLD=Whole blood", "UR=Urine", "SER=Serum", "PLAS"),
    "ImagingStudy.modality": _of(
        "http://dicom.nema.org/resources/ontology/DCM", "CT", "MR", "US", "DX"
    ),
    "Claim.type": _of(f"{HL7}claim-type", "institutional", "professional", "pharmacy", "oral"),
    "Claim.priority": _of(f"{HL7}processpriority", "normal", "stat"),
    "ExplanationOfBenefit.adjudication": _of(
        f"{HL7}adjudication",
        "submitted=Submitted Amount",
        "benefit=Benefit Amount",
        "copay=CoPay",
        "eligible=Eligible Amount",
        "deductible=Deductible",
    ),
    "Meta.security": _of(
        f"{HL7}v3-Confidentiality", "N=normal", "R=restricted", "V=very restricted"
    ),
    "Consent.scope": _of(f"{HL7}consentscope", "patient-privacy", "treatment", "research"),
    "Provenance.agent.type": _of(f"{HL7}provenance-participant-type", "author", "performer"),
    "": [
        *_of(
            "http://snomed.info/sct",
            "386053000=Evaluation procedure (procedure)",
            "76464004=Insertion of catheter",
            "430193006=Medication reconciliation (procedure)",
            "409063005=Counseling",
            "40617009=Artificial respiration",
            "71388002=Procedure",
        ),
        *_of("https://www.ccam.fr", "DEQP003", "YYYY600", "ZBQK002"),
        *_of(f"{HL7}v3-NullFlavor", "UNK=unknown", "NI", "OTH=other"),
        *_of("urn:ietf:bcp:47", "fr-FR=French (France)", "fr", "en"),
        *_of("urn:iso:std:iso:3166", "FRA", "FR"),
        *_of(f"{HL7}service-category", "17=General Practice"),
        *_of(f"{HL7}v3-ActReason", "TREAT=treatment"),
        *_of(f"{HL7}diagnosis-role", "AD=Admission diagnosis", "DD=Discharge diagnosis"),
        *_of(f"{HL7}encounter-type", "ADMS=Annual diabetes mellitus screening"),
    ],
}
"""By "Type.element", as the definitions name the types; "" for all other coded elements."""

IDENTIFIER_SYSTEMS: Final = (
    "urn:oid:1.2.250.1.213.1.4.8",
    "urn:oid:1.2.250.1.213.1.4.9",
    "urn:oid:1.2.250.1.213.1.4.10",
    "https://rpps.esante.gouv.fr",
    "urn:oid:1.2.250.1.71.4.2.1",
    "https://finess.esante.gouv.fr",
    "https://sirene.fr",
    "urn:oid:1.2.250.1.71.4.2.2",
    "urn:ietf:rfc:3986",
    "urn:dicom:uid",
    "http://hl7.org/fhir/sid/us-npi",
    "https://www.clinique.example/identifiants",
)
UNITS: Final = (
    ("mm[Hg]", "mmHg"),
    ("/min", "/min"),
    ("Cel", "°C"),
    ("kg", "kg"),
    ("cm", "cm"),
    ("%", "%"),
    ("g/dL", "g/dL"),
    ("mmol/L", "mmol/L"),
    ("mg/dL", "mg/dL"),
    ("umol/L", "µmol/L"),
    ("mg/L", "mg/L"),
    ("10*9/L", "10*9/L"),
    ("10*3/uL", "10*3/uL"),
    ("kg/m2", "kg/m2"),
    ("mL", "mL"),
    ("mg", "mg"),
    ("g/L", "g/L"),
    ("ng/mL", "ng/mL"),
    ("U/L", "U/L"),
    ("fL", "fL"),
    ("pg", "pg"),
    ("d", "jours"),
    ("h", "h"),
    ("min", "min"),
    ("a", "ans"),
    ("{score}", "{score}"),
    ("1", "1"),
)
EXTENSIONS: Final = (
    f"{FR}StructureDefinition/fr-core-patient-birth-list-given-name",
    f"{FR}StructureDefinition/fr-core-identity-reliability",
    f"{FR}StructureDefinition/fr-core-location-part-of-position-room",
    "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
    "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
    "http://hl7.org/fhir/StructureDefinition/geolocation",
    "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-censusTract",
    "http://hl7.org/fhir/StructureDefinition/humanname-own-name",
)
PROFILES: Final = (
    f"{FR}StructureDefinition/fr-core-patient",
    f"{FR}StructureDefinition/fr-core-patient-ins",
    f"{FR}StructureDefinition/fr-core-encounter",
    f"{FR}StructureDefinition/fr-core-practitioner",
    "http://hl7.org/fhir/StructureDefinition/vitalsigns",
    "http://hl7.org/fhir/StructureDefinition/bp",
)
