"""Official examples that break a rule of R4: those of 4.0.1 were not all checked when it came out.

All were compared with the reference validator (org.hl7.fhir.validation 6.7.9), which refuses each
of them for the same reason, with three provisos: it puts every fullUrl at the first entry; it was
let follow references, for their targets; codes of SNOMED CT, value sets in UCUM and the profiles
that R4 implies were judged by the text, for it judges them with a terminology server only.
"""

from typing import Final

Why = str
WRONG: Final[dict[str, tuple[Why, str]]] = {
    "attachment.hash": (
        "a hash is a SHA-1 in base64 (R4 §2.24.0.11); the example has hexadecimal digits",
        "DiagnosticReport-example-pgx",
    ),
    "bundle.full-url-id": (
        "the fullUrl of an entry is consistent with the id of its resource (R4 §2.36.4)",
        """
        Bundle-10bb101f-a121-4264-a920-67be9cb82c74
        Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe
        Bundle-lri-example
        """,
    ),
    "bundle.full-url-missing": (
        "each entry of a search has a fullUrl (R4 §2.36.4); the outcome has none",
        "Bundle-bundle-search-warning",
    ),
    "coding.unknown-code": (
        "the system, known whole, or by the form of its codes (SNOMED CT), has no such code",
        """
        ImagingStudy-example-xr
        Medication-med0304
        Medication-med0309
        MedicationAdministration-medadmin0312
        MedicationDispense-meddisp0301
        MedicationDispense-meddisp0314
        MedicationDispense-meddisp0317
        MedicationDispense-meddisp0325
        MedicationRequest-medrx0313
        MedicationRequest-medrx0314
        MedicationRequest-medrx0327
        MedicationStatement-example001
        MedicationStatement-example002
        MedicationStatement-example003
        NutritionOrder-enteralcontinuous
        PlanDefinition-example-cardiology-os
        """,
    ),
    "extension.part": (
        "the definition of the extension has parts “url” and “text”, none “uri”",
        "Bundle-hla-1",
    ),
    "identifier.value": (
        "with urn:ietf:rfc:3986 the value is a full URI (R4 §2.24.0.10), not a bare OID",
        "Organization-2.16.840.1.113883.19.5",
    ),
    "narrative.link": (
        "an image “#11” that is nowhere in the resource",
        "Media-sound",
    ),
    "measure.criteria": (
        "the criteria of a stratifier name a definition of the measure’s library: it is not here",
        """
        Measure-hiv-indicators
        Measure-measure-cms146-example
        """,
    ),
    "profile.minimum": (
        "a body temperature follows the profile of vital signs, which asks for effective[x]",
        "Observation-f202",
    ),
    "quantity.unit": (
        "the code of a quantity is a UCUM expression where its system is UCUM (R4 §2.24.0.13)",
        """
        Bundle-father
        Claim-760151
        Claim-760152
        MedicationDispense-meddisp0309
        MedicationDispense-meddisp0313
        MedicationDispense-meddisp0318
        MedicationDispense-meddisp0324
        MedicationDispense-meddisp0327
        MedicationDispense-meddisp0328
        MedicationDispense-meddisp0329
        MedicationRequest-medrx0304
        MedicationRequest-medrx0314
        MedicationRequest-medrx0319
        MedicationRequest-medrx0322
        MedicationRequest-medrx0325
        MedicationRequest-medrx0326
        MedicationRequest-medrx0328
        MedicationRequest-medrx0329
        MedicationRequest-medrx0334
        MedicationRequest-medrx0335
        VisionPrescription-33124
        """,
    ),
    "reference.alike": (
        "a reference in a bundle leads to an entry by its fullUrl (R4 §2.36.4.1)",
        """
        Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe
        Bundle-father
        """,
    ),
    "reference.canonical": (
        "a canonical is an absolute URL, or a fragment (R4 references.html#canonical)",
        """
        ActivityDefinition-administer-zika-virus-exposure-assessment
        ActivityDefinition-blood-tubes-supply
        ActivityDefinition-provide-mosquito-prevention-advice
        ActivityDefinition-referralPrimaryCareMentalHealth
        ActivityDefinition-referralPrimaryCareMentalHealth-initial
        ActivityDefinition-serum-zika-dengue-virus-igm
        Library-composition-example
        Library-example
        Library-library-cms146-example
        Library-library-exclusive-breastfeeding-cds-logic
        Library-library-exclusive-breastfeeding-cqm-logic
        Library-library-fhir-helpers
        Library-library-fhir-helpers-predecessor
        Library-omtk-logic
        Library-opioidcds-common
        Library-opioidcds-recommendation-04
        Library-opioidcds-recommendation-05
        Library-opioidcds-recommendation-07
        Library-opioidcds-recommendation-08
        Library-opioidcds-recommendation-10
        Library-opioidcds-recommendation-11
        Library-suiciderisk-orderset-logic
        Library-zika-virus-intervention-logic
        Measure-composite-example
        Measure-measure-cms146-example
        Measure-measure-exclusive-breastfeeding
        Measure-measure-predecessor-example
        MeasureReport-measurereport-cms146-cat1-example
        MeasureReport-measurereport-cms146-cat2-example
        MeasureReport-measurereport-cms146-cat3-example
        MessageDefinition-patient-link-notification
        MessageDefinition-patient-link-response
        PlanDefinition-chlamydia-screening-intervention
        PlanDefinition-exclusive-breastfeeding-intervention-01
        PlanDefinition-exclusive-breastfeeding-intervention-02
        PlanDefinition-exclusive-breastfeeding-intervention-03
        PlanDefinition-exclusive-breastfeeding-intervention-04
        PlanDefinition-low-suicide-risk-order-set
        PlanDefinition-opioidcds-04
        PlanDefinition-opioidcds-05
        PlanDefinition-opioidcds-07
        PlanDefinition-opioidcds-08
        PlanDefinition-opioidcds-10
        PlanDefinition-opioidcds-11
        PlanDefinition-zika-virus-intervention
        PlanDefinition-zika-virus-intervention-initial
        Procedure-f201
        Questionnaire-phq-9-questionnaire
        QuestionnaireResponse-gcs
        QuestionnaireResponse-ussg-fht-answers
        RequestGroup-kdn5-example
        TestScript-testscript-example
        TestScript-testscript-example-history
        TestScript-testscript-example-multisystem
        TestScript-testscript-example-readtest
        TestScript-testscript-example-search
        TestScript-testscript-example-update
        """,
    ),
    "reference.target": (
        "the element admits other types of target than the one that is named",
        """
        DeviceMetric-example
        DeviceUseStatement-example
        MedicationRequest-medrx0301
        Observation-clinical-gender
        """,
    ),
    "structure.required": (
        "Questionnaire.item.linkId has cardinality 1..1; nested items have none",
        "Questionnaire-qs1",
    ),
    "value-set.code": (
        "UCUM has [lb_av], no [lb_i]",
        "Bundle-ussg-fht",
    ),
    "value.format": (
        "uri: an OID of digits, a UUID in lower case (R4 §2.24.0.1)",
        """
        Library-zika-virus-intervention-logic
        TerminologyCapabilities-example
        """,
    ),
    "value.narrative": (
        "txt-2: the narrative has some content that is not whitespace",
        """
        ActivityDefinition-blood-tubes-supply
        ActivityDefinition-heart-valve-replacement
        EventDefinition-example
        Questionnaire-zika-virus-exposure-assessment
        """,
    ),
}
"""Rule -> what R4 says, and the names of the examples that do not."""
