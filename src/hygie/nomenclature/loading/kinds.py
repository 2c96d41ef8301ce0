"""The nomenclatures that can be loaded: what each is, where to get it, under which licence."""

from importlib import import_module
from typing import Final

import msgspec

from hygie.nomenclature.loading import phrases
from hygie.nomenclature.loading.reading import Loader
from hygie.refusal import Category, Phrase, refuse


class Kind(msgspec.Struct, frozen=True):
    """One nomenclature, as `hygie terminology load KIND` calls it."""

    name: str
    title: str
    files: Phrase
    """Which files are given."""
    source: str
    """Where they are published."""
    licence: str
    module: str

    @property
    def loader(self) -> Loader:
        """Imported when it is first used."""
        found: Loader = import_module(f"hygie.nomenclature.loading.{self.module}").read
        return found


ATIH: Final = "https://www.atih.sante.fr"
SMT: Final = "https://smt.esante.gouv.fr"
OPEN: Final = "Licence Ouverte 2.0 (Etalab)"
KINDS: Final = (
    Kind(
        "cim10",
        "CIM-10 FR à usage PMSI",
        Phrase(
            "le fichier ClaML (.xml) de l’année, ou son zip ; ou le RDF du SMT",
            "the ClaML file (.xml) of the year, or its zip; or the RDF of the SMT",
        ),
        f"{ATIH}, {SMT}/terminologie-cim-10",
        "CC BY-NC-ND 3.0 IGO (OMS)",
        "cim10",
    ),
    Kind(
        "ccam",
        "CCAM",
        Phrase(
            "le RDF du SMT, ou le classeur de l’Assurance Maladie ou de l’ATIH enregistré en CSV",
            "the RDF of the SMT, or the workbook of the Assurance Maladie or the ATIH saved as CSV",
        ),
        f"{SMT}/terminologie-ccam, https://www.ameli.fr/accueil-de-la-ccam",
        OPEN,
        "ccam",
    ),
    Kind(
        "atc",
        "ATC",
        Phrase(
            "le RDF du SMT, ou un tableau code;libellé (--version)",
            "the RDF of the SMT, or a table code;name (--version)",
        ),
        f"{SMT}/terminologie-atc, https://atcddd.fhi.no",
        "CC BY-ND 3.0 IGO (OMS) ; WHO Collaborating Centre for Drug Statistics Methodology",
        "atc",
    ),
    Kind(
        "loinc",
        "LOINC",
        Phrase(
            "le zip d’une version (Loinc_x.yy.zip), avec ses variantes linguistiques : les noms "
            "français de frFR…LinguisticVariant.csv sont repris",
            "the zip of a release (Loinc_x.yy.zip), with its linguistic variants: the French names "
            "of frFR…LinguisticVariant.csv are taken",
        ),
        "https://loinc.org/downloads",
        "LOINC License (https://loinc.org/license), inscription gratuite",
        "loinc",
    ),
    Kind(
        "snomed",
        "SNOMED CT",
        Phrase(
            "le zip ou le dossier d’une édition au format RF2 (Snapshot), extensions comprises",
            "the zip or folder of an edition in RF2 (Snapshot), extensions included",
        ),
        f"{SMT}/terminologie-snomed-ct-fr, https://mlds.ihtsdotools.org",
        "Licence d’affilié de SNOMED International (MLDS) : à obtenir avant tout usage",
        "snomed",
    ),
    Kind(
        "bdpm",
        "Base de données publique des médicaments : CIS, CIP13, UCD",
        Phrase(
            "CIS_bdpm.txt, et s’il y a lieu CIS_CIP, CIS_COMPO, CIS_GENER, CIS_CPD, et un tableau "
            "des UCD (--version, date du téléchargement)",
            "CIS_bdpm.txt, and where there are CIS_CIP, CIS_COMPO, CIS_GENER, CIS_CPD, and a table "
            "of UCD codes (--version, the day of the download)",
        ),
        f"https://base-donnees-publique.medicaments.gouv.fr, {SMT}/terminologie-cip_ucd",
        OPEN,
        "bdpm",
    ),
    Kind(
        "nos",
        "Nomenclatures des objets de santé : TRE et JDV",
        Phrase(
            "le dossier ou le zip des fichiers FHIR ; ils deviennent un paquet (hygie packages "
            "list), jeux de valeurs compris",
            "the folder or zip of FHIR files; they become a package (hygie packages list), value "
            "sets included",
        ),
        "https://interop.esante.gouv.fr/terminologies, https://mos.esante.gouv.fr/NOS",
        OPEN,
        "nos",
    ),
    Kind(
        "ucum",
        "UCUM",
        Phrase(
            "rien : la table des unités est livrée avec Hygie (ou un autre ucum-essence.xml)",
            "nothing: the table of units comes with Hygie (or another ucum-essence.xml)",
        ),
        "https://ucum.org",
        "UCUM License (https://ucum.org/license)",
        "ucum",
    ),
    Kind(
        "skos",
        "Terminologie du SMT",
        Phrase(
            "un fichier RDF/XML (SKOS ou OWL) du serveur multi-terminologies",
            "an RDF/XML file (SKOS or OWL) of the national terminology server",
        ),
        SMT,
        "celle de la terminologie",
        "skos",
    ),
    Kind(
        "fhir",
        "CodeSystem FHIR",
        Phrase(
            "fichiers, dossiers ou zip de ressources CodeSystem, en JSON ou en XML",
            "files, folders or zip archives of CodeSystem resources, in JSON or XML",
        ),
        "https://interop.esante.gouv.fr/terminologies, https://terminology.hl7.org",
        "celle de la ressource",
        "fhir",
    ),
    Kind(
        "csv",
        "Liste de codes",
        Phrase(
            "un tableau avec les colonnes code, libellé, et s’il y a lieu parent, définition, "
            "synonymes, inactif, display:en ; les autres sont des propriétés (--url, --version)",
            "a table with the columns code, display, and where there are parent, definition, "
            "synonym, inactive, display:fr; the others are properties (--url, --version)",
        ),
        "l’établissement",
        "celle de la liste",
        "generic",
    ),
)


def kind(name: str) -> Kind:
    """Raises `Refused` when there is no such kind."""
    for known in KINDS:
        if known.name == name:
            return known
    raise refuse(
        Category.NOT_FOUND, "nomenclature.no-kind", phrases.NO_SUCH_KIND, code="not-found",
        kind=name[:40],
    )  # fmt: skip
