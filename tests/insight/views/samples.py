"""For each ready view, the resources of a sample and the rows they make."""

from decimal import Decimal

from tests.insight.views.resources import (
    BED,
    CODED_RESULT,
    CONDITION,
    DESCRIBED,
    ENCOUNTER,
    LABORATORY,
    PATIENT,
    PRESCRIPTION,
    PRESSURE,
    PROCEDURE,
    PULSE,
    UNIT,
    Json,
)

WHO: Json = {"patient_id": "p1", "sejour_id": "e1"}
STAY: Json = {"sejour_id": "e1", "iep": "260001", "patient_id": "p1"}

SAMPLES: dict[str, tuple[list[Json], list[Json]]] = {
    "patients": (
        [PATIENT],
        [
            {
                "patient_id": "p1",
                "ipp": "800001",
                "sexe": "female",
                "annee_naissance": 1978,
                "decede": True,
                "code_postal": "49000",
                "commune": "ANGERS",
                "commune_insee": "49007",
                "statut_identite": "QUAL",
                "actif": True,
            }
        ],
    ),
    "identites": (
        [PATIENT],
        [
            {
                "patient_id": "p1",
                "ipp": "800001",
                "ins": "278061234567890",
                "ins_oid": "urn:oid:1.2.250.1.213.1.4.8",
                "statut_identite": "QUAL",
                "nom_naissance": "MARTIN",
                "premier_prenom": "ZOÉ",
                "prenoms": "ZOÉ LOUISE",
                "sexe": "female",
                "date_naissance": "1978-06-12",
                "lieu_naissance_insee": "49007",
            }
        ],
    ),
    "sejours": (
        [ENCOUNTER],
        [
            {
                **STAY,
                "statut": "finished",
                "classe": "IMP",
                "debut": "2026-03-12T15:41:00+01:00",
                "fin": "2026-03-14T10:00:00+01:00",
                "uf_id": "u1",
                "mode_entree": "8",
                "mode_sortie": "7",
                "medecin_responsable": "810997000178",
                "motif": "Fièvre",
            }
        ],
    ),
    "mouvements": (
        [ENCOUNTER],
        [
            {
                **STAY,
                "rang": 0,
                "mouvement_id": "1.2.5|100053",
                "evenement": "A01",
                "debut": "2026-03-12T15:41:00+01:00",
                "classe": "I",
                "lieu_id": "l1",
                "uf_medicale_id": "u1",
                "uf_soins_id": "u2",
                "nature": "HMS",
            },
            {**STAY, "rang": 1, "evenement": "A03", "debut": "2026-03-14T10:00:00+01:00"},
        ],
    ),
    "lits": (
        [ENCOUNTER],
        [
            {
                **STAY,
                "rang": 0,
                "lieu_id": "l1",
                "statut": "completed",
                "debut": "2026-03-12T15:41:00+01:00",
                "fin": "2026-03-14T10:00:00+01:00",
            }
        ],
    ),
    "unites": (
        [UNIT],
        [
            {
                "uf_id": "u1",
                "code": "2100",
                "libelle": "Médecine",
                "type": "UF",
                "parent_id": "u0",
                "actif": True,
            }
        ],
    ),
    "lieux": (
        [BED],
        [
            {
                "lieu_id": "l1",
                "code": "2100/12/1",
                "libelle": "UF 2100, chambre 12, lit 1",
                "type": "bd",
                "uf_id": "u1",
                "parent_id": "l0",
            }
        ],
    ),
    "resultats": (
        [LABORATORY, PULSE, CODED_RESULT],
        [
            {
                "resultat_id": "o1",
                **WHO,
                "statut": "final",
                "date_mesure": "2025-11-17T11:12:00+01:00",
                "date_resultat": "2025-11-17T13:07:00+01:00",
                "code_loinc": "1742-6",
                "libelle": "Alanine aminotransférase",
                "comparateur": "<",
                "valeur": Decimal("22.50"),
                "unite": "U/L",
                "unite_ucum": "U/L",
                "interpretation": "N",
                "borne_basse": Decimal(10),
                "borne_haute": Decimal(35),
            },
            {
                "resultat_id": "o2",
                "statut": "final",
                "date_mesure": "2025-11-17",
                "libelle": "Groupe",
                "valeur_code": "A",
                "valeur_texte": "A positif",
            },
        ],
    ),
    "constantes": (
        [PRESSURE, LABORATORY, PULSE],
        [
            *(
                {
                    "constante_id": "o3",
                    **WHO,
                    "statut": "final",
                    "date_mesure": "2026-03-13T08:00:00+01:00",
                    "code_loinc": code,
                    "libelle": text,
                    "valeur": Decimal(value),
                    "unite": "mm[Hg]",
                    "unite_ucum": "mm[Hg]",
                }
                for code, text, value in (
                    ("8480-6", "Systolique", 148),
                    ("8462-4", "Diastolique", 71),
                )
            ),
            {
                "constante_id": "o4",
                "statut": "final",
                "date_mesure": "2026-03-13T08:00:00+01:00",
                "code_loinc": "8867-4",
                "libelle": "Fréquence cardiaque",
                "comparateur": ">",
                "valeur": Decimal(200),
                "unite": "/min",
                "unite_ucum": "/min",
            },
        ],
    ),
    "diagnostics": (
        [CONDITION],
        [
            {
                "diagnostic_id": "c1",
                **WHO,
                "code_cim10": "J44.1",
                "code_snomed": "195951007",
                "libelle": "Exacerbation",
                "categorie": "encounter-diagnosis",
                "statut_clinique": "resolved",
                "statut_verification": "confirmed",
                "debut": "2026-01",
                "fin": "2026-02-12",
                "date_saisie": "2026-02-04T03:24:41+01:00",
            }
        ],
    ),
    "prescriptions": (
        [PRESCRIPTION, DESCRIBED],
        [
            {
                "prescription_id": "m1",
                **WHO,
                "statut": "completed",
                "intention": "order",
                "date_prescription": "2026-02-28T03:10:53+01:00",
                "code_atc": "B05BB01",
                "code_ucd": "3400",
                "libelle": "Chlorure de sodium",
                "prescripteur": "810997000061",
                "ligne": 0,
                "posologie": "1,5 L sur 24 heures",
                "voie": "Voie intraveineuse",
                "dose": Decimal("1.5"),
                "dose_unite": "L",
                "frequence": 1,
                "periode": 1,
                "periode_unite": "d",
                "si_besoin": False,
            },
            {
                "prescription_id": "m1",
                **WHO,
                "statut": "completed",
                "intention": "order",
                "date_prescription": "2026-02-28T03:10:53+01:00",
                "code_atc": "B05BB01",
                "code_ucd": "3400",
                "libelle": "Chlorure de sodium",
                "prescripteur": "810997000061",
                "ligne": 1,
                "posologie": "puis 1 L",
            },
            {
                "prescription_id": "m2",
                "statut": "active",
                "intention": "order",
                "medicament_id": "x",
                "ligne": 0,
            },
        ],
    ),
    "actes": (
        [PROCEDURE],
        [
            {
                "acte_id": "a1",
                **WHO,
                "statut": "completed",
                "code_ccam": "HFFC018",
                "code_snomed": "80146002",
                "libelle": "Appendicectomie",
                "debut": "2026-03-13T09:00:00+01:00",
                "fin": "2026-03-13T10:00:00+01:00",
                "executant": "810997000061",
                "motif": "Appendicite aiguë",
            }
        ],
    ),
}
"""Name of a ready view -> resources, and the rows they make, without their nulls."""
