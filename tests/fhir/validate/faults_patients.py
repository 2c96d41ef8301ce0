"""Faults of identities: what fr-core-patient-ins asks, and what Hygie's rules do."""

from collections.abc import Iterator

from tests.fhir.validate.faults import Edit, Fault, add, both, drop, put, rename, repeat

from hygie.fhir.french.keys import ins_key

NAME = "Patient-FRCorePatientExample"
CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
TYPES = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
V2_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
INS = "identifier[0]"
BIRTH = "extension[0].value.ofType(Address)"
STATUS = "extension[1].extension[0]"
STATUS_CODE = "extension.1.extension.0.valueCoding.code"
COMMUNE = "extension.0.valueAddress.extension.0"
LIST = f"{CORE}fr-core-patient-birth-list-given-name"
STEM = "1741245234017"
GOOD = STEM + ins_key(STEM)
MENDS = {NAME: put("identifier.0.value", GOOD)}
"""The guide's matricule is made up: its key and its year of birth are wrong."""


def faults() -> Iterator[Fault]:
    for sentence, edit, rule, place in (
        *MATRICULE, *STATUSES, *IDENTIFIERS, *TRAITS, *BIRTH_PLACE, *NAMES, *OTHERS,
    ):  # fmt: skip
        yield Fault(NAME, sentence, edit, rule, place)


def ins(value: str) -> Edit:
    return put("identifier.0.value", value)


DISPLAYS = {
    "INS-C": "Identifiant National de Santé Calculé",
    "NDP": "Identifiant du patient au Dossier Pharmaceutique",
    "PI": "Patient internal identifier",
    "RRI": "Regional registry ID",
}
"""Part of the patterns by which the slices of `identifier` are told."""


def identifier(code: str, system: str, codes: str = V2_TYPES, use: str = "official") -> Edit:
    coding = {"system": codes, "code": code}
    if code in DISPLAYS:
        coding["display"] = DISPLAYS[code]
    given = {"use": use, "type": {"coding": [coding]}, "system": system, "value": "1"}
    return add("identifier", given)


def status(code: str) -> Edit:
    part = {"url": "identityStatus", "valueCoding": {"code": code}}
    reliability = {"url": f"{CORE}fr-core-identity-reliability", "extension": [part]}
    return add("extension", reliability)


Row = tuple[str, Edit, str, str]

MATRICULE: tuple[Row, ...] = (
    ("un matricule sans clé", ins(STEM), "fr.ins-form", f"{INS}.value"),
    ("un matricule avec des espaces", ins("1 74 12 45 234 017 07"), "fr.ins-form", f"{INS}.value"),
    ("un matricule corse en minuscules", ins("174122b23401707"), "fr.ins-form", f"{INS}.value"),
    ("un matricule dont la clé est fausse", ins(STEM + "98"), "fr.ins-key", f"{INS}.value"),
    ("deux chiffres échangés", ins("1741254234017" + GOOD[13:]), "fr.ins-key", f"{INS}.value"),
    ("un numéro d’attente sous l’OID des NIR", ins("7" + GOOD[1:]), "fr.ins-kind",
     f"{INS}.value"),
    ("le matricule d’une femme", ins("2" + GOOD[1:]), "fr.ins-sex", f"{INS}.value"),
    ("une autre année de naissance", put("birthDate", "1975-12-25"),
     "fr.ins-birth-year", f"{INS}.value"),
    ("un autre mois de naissance", put("birthDate", "1974-11-25"),
     "fr.ins-birth-month", f"{INS}.value"),
    ("l’OID des matricules de test", put("identifier.0.system", "urn:oid:1.2.250.1.213.1.4.10"),
     "fr.ins-oid", f"{INS}.system"),
    ("l’OID des NIA", put("identifier.0.system", "urn:oid:1.2.250.1.213.1.4.9"),
     "fr.ins-oid", f"{INS}.system"),
    ("l’OID écrit sans urn:oid:", put("identifier.0.system", "1.2.250.1.213.1.4.8"),
     "fr.ins-oid", f"{INS}.system"),
    ("un OID mal formé", put("identifier.0.system", "urn:oid:1.2.250.01"),
     "value.format", f"{INS}.system"),
)  # fmt: skip
STATUSES: tuple[Row, ...] = (
    ("un INS avec une identité provisoire", put(STATUS_CODE, "PROV"), "fr.ins-unqualified", INS),
    ("un INS avec une identité douteuse", put(STATUS_CODE, "DOUT"), "fr.ins-unqualified", INS),
    ("un INS avec une identité fictive", put(STATUS_CODE, "FICT"), "fr.ins-unqualified", INS),
    ("un INS sans statut", drop("extension.1"), "fr.ins-status", ""),
    ("une identité douteuse et fictive", both(status("DOUT"), status("FICT")),
     "fr.identity-attributes", ""),
    ("qualifiée sans INS", drop("identifier.0"), "invariant.fr-core-1", ""),
    ("qualifiée avec un IPP pour seul identifiant",
     put("identifier.0", {"use": "official", "system": "urn:oid:1.2.3", "value": "8"}),
     "invariant.fr-core-1", ""),
    ("qualifiée avec deux identifiants officiels",
     add("identifier", {"use": "official", "system": "urn:oid:1.2.3", "value": "8"}),
     "invariant.fr-core-2", ""),
    ("qualifiée, née à 99999", put(f"{COMMUNE}.valueCoding.code", "99999"),
     "invariant.fr-core-3", ""),
    ("un statut d’un type qui n’est pas le sien",
     both(drop("extension.1.extension.0.valueCoding"),
          put("extension.1.extension.0.valueString", "VALI")),
     "profile.type", f"{STATUS}.value.ofType(string)"),
    ("deux statuts dans une fiabilité", repeat("extension.1.extension.0"),
     "profile.slice-maximum", "extension[1].extension"),
    ("une valeur sur une fiabilité", put("extension.1.valueString", "VALI"),
     "extension.both", "extension[1]"),
    ("un mode de validation hors de sa liste",
     add("extension.1.extension",
         {"url": "validationMode", "valueCoding": {"system": "urn:x", "code": "ZZ"}}),
     "binding.required", "extension[1].extension[1].value.ofType(Coding)"),
    ("une date de validation en texte",
     add("extension.1.extension", {"url": "validationDate", "valueString": "hier"}),
     "profile.type", "extension[1].extension[1].value.ofType(string)"),
)  # fmt: skip
IDENTIFIERS: tuple[Row, ...] = (
    ("sans identifiant", drop("identifier"), "profile.minimum", ""),
    ("un INS sans usage", drop("identifier.0.use"), "profile.minimum", INS),
    ("un INS d’usage temporaire", put("identifier.0.use", "temp"),
     "binding.required", f"{INS}.use"),
    ("un usage inconnu", put("identifier.0.use", "officiel"), "value.binding", f"{INS}.use"),
    ("un INS sans système", drop("identifier.0.system"), "profile.minimum", INS),
    ("un INS sans matricule", drop("identifier.0.value"), "profile.minimum", INS),
    ("un NSS sous l’OID des INS", identifier("NH", "urn:oid:1.2.250.1.213.1.4.8", use="official"),
     "profile.slice-several", "identifier[1]"),
    ("un INS-C d’usage officiel", identifier("INS-C", "urn:oid:1.2.250.1.213.1.4.2", TYPES),
     "profile.pattern", "identifier[1].use"),
    ("un INS-C sous un autre système",
     identifier("INS-C", "urn:oid:1.2.3", TYPES, "secondary"),
     "profile.pattern", "identifier[1].system"),
    ("un numéro de dossier pharmaceutique sous un autre système",
     identifier("NDP", "urn:oid:1.2.3", TYPES, "secondary"),
     "profile.pattern", "identifier[1].system"),
    ("deux numéros de dossier pharmaceutique",
     both(identifier("NDP", "urn:oid:1.2.250.1.176.1.2", TYPES, "secondary"),
          identifier("NDP", "urn:oid:1.2.250.1.176.1.2", TYPES, "secondary")),
     "profile.slice-maximum", "identifier"),
    ("un IPP d’usage officiel", identifier("PI", "urn:oid:1.2.3"),
     "binding.required", "identifier[1].use"),
    ("un IPP sans système",
     both(identifier("PI", "urn:oid:1.2.3", use="usual"), drop("identifier.1.system")),
     "profile.minimum", "identifier[1]"),
    ("un identifiant régional d’usage officiel", identifier("RRI", "urn:oid:1.2.3"),
     "profile.pattern", "identifier[1].use"),
)  # fmt: skip
TRAITS: tuple[Row, ...] = (
    ("sans nom", drop("name"), "profile.minimum", ""),
    ("sans nom officiel", put("name.0.use", "usual"), "profile.slice-minimum", ""),
    ("sans nom de naissance", drop("name.0.family"), "profile.minimum", "name[0]"),
    ("sans nom de naissance, pour un INS", drop("name.0.family"), "fr.ins-traits-family", ""),
    ("sans prénom", drop("name.0.given"), "profile.minimum", "name[0]"),
    ("sans prénom, pour un INS", drop("name.0.given"), "fr.ins-traits-given", ""),
    ("deux prénoms dans le nom officiel", put("name.0.given", ["Pierre", "Yves"]),
     "profile.maximum", "name[0].given"),
    ("deux noms officiels", repeat("name.0"), "profile.slice-maximum", "name"),
    ("sans liste de prénoms", drop("name.0.extension"), "profile.minimum", "name[0]"),
    ("sans liste de prénoms, pour un INS", drop("name.0.extension"),
     "fr.ins-traits-given-list", ""),
    ("deux listes de prénoms", repeat("name.0.extension.0"),
     "profile.slice-maximum", "name[0].extension"),
    ("une liste de prénoms d’un autre type",
     rename("name.0.extension.0.valueString", "valueInteger"),
     "value.json-type", "name[0].extension[0].value.ofType(integer)"),
    ("sans sexe", drop("gender"), "profile.minimum", ""),
    ("sans sexe, pour un INS", drop("gender"), "fr.ins-traits-sex", ""),
    ("un sexe que FR Core n’admet pas", put("gender", "other"), "binding.required", "gender"),
    ("un sexe qui n’est pas un code", put("gender", "M"), "value.binding", "gender"),
    ("sans date de naissance", drop("birthDate"), "profile.minimum", ""),
    ("sans date de naissance, pour un INS", drop("birthDate"), "fr.ins-traits-birth-date", ""),
    ("une date de naissance à l’année", put("birthDate", "1974"),
     "fr.ins-traits-birth-date", ""),
    ("une date de naissance à la française", put("birthDate", "25/12/1974"),
     "value.format", "birthDate"),
    ("un jour qui n’existe pas", put("birthDate", "1974-02-30"), "value.calendar", "birthDate"),
    ("né demain en huit", put("birthDate", "2026-11-30"), "fr.birth-future", "birthDate"),
    ("mort demain en huit", both(drop("deceasedBoolean"),
                                 put("deceasedDateTime", "2026-11-30T10:00:00+01:00")),
     "fr.death-future", "deceased.ofType(dateTime)"),
    ("mort avant sa naissance", both(drop("deceasedBoolean"),
                                     put("deceasedDateTime", "1970-01-01")),
     "fr.death-before-birth", "deceased.ofType(dateTime)"),
    ("deux réponses à « décédé ? »", put("deceasedDateTime", "2020-01-01"),
     "structure.choice", "deceased"),
)  # fmt: skip
BIRTH_PLACE: tuple[Row, ...] = (
    ("sans lieu de naissance", drop("extension.0"), "profile.slice-minimum", ""),
    ("sans lieu de naissance, pour un INS", drop("extension.0"),
     "fr.ins-traits-birth-place", ""),
    ("un lieu de naissance sans code", drop("extension.0.valueAddress.extension"),
     "profile.minimum", BIRTH),
    ("un lieu de naissance sans code, pour un INS", drop("extension.0.valueAddress.extension"),
     "fr.ins-traits-birth-place", ""),
    ("un code de lieu qui a perdu son zéro", put(f"{COMMUNE}.valueCoding.code", "1006"),
     "fr.birth-place", BIRTH),
    ("un pays en lettres pour code de lieu", put(f"{COMMUNE}.valueCoding.code", "FRA"),
     "fr.birth-place", BIRTH),
    ("deux lieux de naissance", repeat("extension.0"), "profile.slice-maximum", "extension"),
    ("un lieu de naissance en texte",
     put("extension.0", {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                         "valueString": "Ambléon"}),
     "profile.type", "extension[0].value.ofType(string)"),
    ("un code de lieu d’un autre type",
     both(drop(f"{COMMUNE}.valueCoding"), put(f"{COMMUNE}.valueString", "01006")),
     "profile.type", f"{BIRTH}.extension[0].value.ofType(string)"),
    ("un code de lieu d’un autre système", put(f"{COMMUNE}.valueCoding.system", "urn:insee"),
     "binding.required", f"{BIRTH}.extension[0].value.ofType(Coding)"),
)  # fmt: skip
NAMES: tuple[Row, ...] = (
    ("un nom vide", put("name.0.family", ""), "structure.empty", "name[0].family"),
    ("un usage de nom inconnu", add("name", {"use": "birth", "family": "X"}),
     "value.binding", "name[1].use"),
    ("un nom en tableau", put("name.0.family", ["Durand"]), "structure.single", "name[0].family"),
    ("un prénom hors d’un tableau", put("name.0.given", "Pierre"),
     "structure.list", "name[0].given"),
)  # fmt: skip
OTHERS: tuple[Row, ...] = (
    ("un moyen de contact sans valeur d’un système inconnu", put("telecom.0.system", "gsm"),
     "value.binding", "telecom[0].system"),
    ("un moyen de contact sans système", drop("telecom.0.system"),
     "invariant.cpt-2", "telecom[0]"),
    ("un rang de contact nul", put("telecom.1.rank", 0), "value.format", "telecom[1].rank"),
    ("un médecin traitant qui est un patient",
     add("generalPractitioner", {"reference": "Patient/1"}),
     "reference.target", "generalPractitioner[0]"),
    ("un établissement qui est un lieu", put("managingOrganization", {"reference": "Location/1"}),
     "reference.target", "managingOrganization"),
    ("un contact sans rien de ce qui le désigne", add("contact", {"gender": "female"}),
     "invariant.pat-1", "contact[1]"),
    ("deux rôles pour un contact",
     add("contact.0.relationship", {"text": "tuteur", "extension": [
         {"url": f"{CORE}fr-core-patient-contact-relationship-category", "valueCode": "role"}]}),
     "profile.slice-maximum", "contact[0].relationship"),
    ("une catégorie de relation hors de sa liste",
     put("contact.0.relationship.0.extension.0.valueCode", "ami"),
     "binding.required", "contact[0].relationship[0].extension[0].value.ofType(code)"),
    ("une période d’adresse à l’envers", put("address.0.period.end", "2017-01-01"),
     "invariant.per-1", "address[0].period"),
    ("une nationalité d’un autre type",
     add("extension", {"url": f"{CORE}fr-core-patient-nationality", "valueString": "FR"}),
     "profile.maximum", "extension[2].value"),
    ("une extension d’organisation sur un patient",
     add("extension", {"url": f"{CORE}fr-core-organization-short-name", "valueString": "X"}),
     "extension.context", "extension[2]"),
    ("le profil d’un autre type de ressource",
     add("meta.profile", f"{CORE}fr-core-practitioner"), "profile.type", ""),
)  # fmt: skip
