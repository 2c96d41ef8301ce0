"""Small files in the forms of published nomenclatures; their codes and labels are our own."""

CLAML = """<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE ClaML SYSTEM "ClaML.dtd">
<ClaML version="2.0.0">
 <Meta name="lang" value="fr"/>
 <Identifier authority="ATIH" uid="test"/>
 <Title name="CIM10" version="CIM-10 FR 2026" date="2026-01-01">Essai</Title>
 <Modifier code="M4"><SubClass code=".0"/><SubClass code=".1"/></Modifier>
 <ModifierClass modifier="M4" code=".0"><SuperClass code="M4"/>
  <Rubric kind="preferred"><Label xml:lang="fr">avec coma</Label></Rubric></ModifierClass>
 <ModifierClass modifier="M4" code=".1"><SuperClass code="M4"/>
  <Rubric kind="preferred"><Label xml:lang="fr">sans coma</Label></Rubric></ModifierClass>
 <ModifierClass modifier="M5" code="0"><SuperClass code="M5"/>
  <Rubric kind="preferred"><Label xml:lang="fr">fermée</Label></Rubric></ModifierClass>
 <ModifierClass modifier="M5" code="1"><SuperClass code="M5"/>
  <Meta name="excludeOnPrecedingModifier" value="M4 .1"/>
  <Rubric kind="preferred"><Label xml:lang="fr">ouverte</Label></Rubric></ModifierClass>
 <Class code="XVII" kind="chapter"><SubClass code="Q00-Q09"/>
  <Rubric kind="preferred"><Label xml:lang="fr">Chapitre inventé</Label></Rubric></Class>
 <Class code="Q00-Q09" kind="block"><SuperClass code="XVII"/>
  <ModifiedBy code="M5"/>
  <Rubric kind="preferred"><Label xml:lang="fr">Groupe inventé</Label></Rubric></Class>
 <Class code="Q01" kind="category"><SuperClass code="Q00-Q09"/>
  <ExcludeModifier code="M5"/>
  <Rubric kind="preferred"><Label xml:lang="fr">Fracture inventée</Label></Rubric>
  <Rubric kind="inclusion"><Label xml:lang="fr">
   <Fragment type="item" usage="dagger">Cassure</Fragment>
   <Fragment type="item">à Testus<Reference usage="aster">Q02.0</Reference></Fragment>
  </Label></Rubric>
  <Rubric kind="exclusion"><Label xml:lang="fr">bosse <Reference>Q02.-</Reference></Label></Rubric>
 </Class>
 <Class code="Q01.0" kind="category" usage="dagger"><SuperClass code="Q01"/>
  <Rubric kind="preferred"><Label xml:lang="fr">Sein</Label></Rubric></Class>
 <Class code="Q01.1" kind="category"><SuperClass code="Q01"/>
  <Rubric kind="preferred"><Label xml:lang="fr">Fracture inventée du nez</Label></Rubric></Class>
 <Class code="Q02" kind="category"><SuperClass code="Q00-Q09"/><ModifiedBy code="M4"/>
  <Rubric kind="preferred"><Label xml:lang="fr">Bosse inventée</Label></Rubric></Class>
 <Class code="Q03" kind="category"><SuperClass code="Q00-Q09"/>
  <Rubric kind="preferred"><Label xml:lang="fr">Autre chose</Label></Rubric></Class>
</ClaML>
"""
RDF = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:owl="http://www.w3.org/2002/07/owl#"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:b="http://a.test/beasts/"
 xmlns:xkos="http://rdf-vocabulary.ddialliance.org/xkos#">
 <owl:Ontology rdf:about="http://a.test/beasts"><owl:versionInfo>9</owl:versionInfo></owl:Ontology>
 <owl:Class rdf:about="http://a.test/beasts/B"><rdfs:label xml:lang="fr">Bête</rdfs:label>
  <skos:notation>B</skos:notation>
  <rdfs:subClassOf rdf:resource="http://a.test/beasts/root"/></owl:Class>
 <owl:Class rdf:about="http://a.test/beasts/C"><rdfs:label xml:lang="en">Cat</rdfs:label>
  <rdfs:label xml:lang="fr">Chat</rdfs:label><skos:altLabel xml:lang="fr">Minet</skos:altLabel>
  <skos:notation>C</skos:notation><rdfs:subClassOf rdf:resource="http://a.test/beasts/B"/>
  <rdfs:subClassOf><owl:Restriction><owl:onProperty rdf:resource="http://a.test/beasts/eats"/>
   </owl:Restriction></rdfs:subClassOf>
  <xkos:exclusionNote xml:lang="fr">pas le tigre</xkos:exclusionNote>
  <b:eats rdf:resource="http://a.test/beasts/D"/></owl:Class>
 <skos:Concept rdf:about="http://a.test/beasts/D"><skos:prefLabel>Dodo</skos:prefLabel>
  <skos:notation>D</skos:notation><owl:deprecated>true</owl:deprecated>
  <skos:broader rdf:resource="http://a.test/beasts/B"/></skos:Concept>
 <owl:Class rdf:about="http://a.test/beasts/root"><rdfs:label>Racine</rdfs:label></owl:Class>
</rdf:RDF>
"""
CCAM = """Code;Texte;Activité;Phase
;CCAM fictive – édition d’essai;;
1;SYSTÈME INVENTÉ;;
01.01;ACTES INVENTÉS;;
ZZZZ001;Échographie fictive de l'œil;1;0
ZZZZ001;Échographie fictive de l'œil;4;0
;À l'exclusion de : rien;;
ZZZZ002-01;Ablation fictive;1;0
01.02;AUTRES ACTES;;
"""
ATC = """Code;Libellé
Z;INVENTIONS
Z01;FICTIONS
Z01Z;FICTIONS PURES
Z01ZZ;FICTINES
Z01ZZ01;fictine
Z01ZZ01;fictine (autre dose)
"""
_TERM = (
    "LOINC_NUM,COMPONENT,PROPERTY,TIME_ASPCT,SYSTEM,SCALE_TYP,METHOD_TYP,CLASS,STATUS,"
    "LONG_COMMON_NAME,SHORTNAME,VersionLastChanged"
)
LOINC = {
    "LoincTable/Loinc.csv": f"""{_TERM}
99999-9,Fictine,MCnc,Pt,Ser,Qn,,CHEM,ACTIVE,"Fictine [Mass/volume] in Serum",Fictine Ser,2.99
99998-1,Old,MCnc,Pt,Ser,Qn,,CHEM,DEPRECATED,Old thing,Old,2.8
""",
    "AccessoryFiles/LinguisticVariants/frFR18LinguisticVariant.csv": (
        "LOINC_NUM,COMPONENT,PROPERTY,TIME_ASPCT,SYSTEM,SCALE_TYP,METHOD_TYP,LONG_COMMON_NAME,"
        "LinguisticVariantDisplayName\n"
        '"99999-9","Fictine","Concentration massique","Temps ponctuel","Sérum","Numérique","",'
        '"Fictine [Masse/Volume] Sérum",""\n'
    ),
    "AccessoryFiles/PartFile/Part.csv": (
        "PartNumber,PartTypeName,PartName,PartDisplayName,Status\n"
        "LP98-1,CLASS,Root,Root,ACTIVE\nLP99-9,COMPONENT,Fictine,Fictine,ACTIVE\n"
    ),
    "AccessoryFiles/ComponentHierarchyBySystem/ComponentHierarchyBySystem.csv": (
        "PATH_TO_ROOT,SEQUENCE,IMMEDIATE_PARENT,CODE,CODE_TEXT\n"
        ",1,,LP98-1,Root\nLP98-1,1,LP98-1,LP99-9,Fictine\n"
        "LP98-1.LP99-9,1,LP99-9,99999-9,Fictine Ser\n"
    ),
    "AccessoryFiles/AnswerFile/AnswerList.csv": (
        "AnswerListId,AnswerListName,AnswerStringId,DisplayText\nLL99-9,Réponses,LA99-9,Oui\n"
    ),
}
_CORE = "11000999107"
_INT = "900000000000207008"


def _rf2(columns: str, *lines: str) -> str:
    rows = [columns.split(), *(line.split("|") for line in lines)]
    return "".join("\t".join(row) + "\r\n" for row in rows)


_DESCRIPTION = (
    "id effectiveTime active moduleId conceptId languageCode typeId term caseSignificanceId"
)
_RELATION = (
    "id effectiveTime active moduleId sourceId destinationId relationshipGroup typeId"
    " characteristicTypeId modifierId"
)
_MEMBER = "id effectiveTime active moduleId refsetId referencedComponentId"
_FSN, _SYNONYM = "900000000000003001", "900000000000013009"
_US, _FR, _PREFERRED = "900000000000509007", "10031000315102", "900000000000548007"
SNOMED: dict[str, str | bytes] = {
    "sct2_Concept_Snapshot_INT_20260301.txt": _rf2(
        "id effectiveTime active moduleId definitionStatusId",
        f"138875005|20020131|1|{_INT}|900000000000074008",
        f"200|20020131|1|{_INT}|900000000000074008",
        f"201|20020131|1|{_INT}|900000000000074008",
        f"300|20260301|1|{_CORE}|900000000000073002",
        f"400|20260301|0|{_CORE}|900000000000074008",
    ),
    "sct2_Description_Snapshot-fr_FR1000999_20260301.txt": _rf2(
        _DESCRIPTION,
        f"3|20260301|1|{_CORE}|300|fr|{_SYNONYM}|inflammation inventée|x",
        f"4|20260301|1|{_CORE}|300|fr|{_SYNONYM}|pneumonie inventée|x",
        f"5|20260301|0|{_CORE}|300|fr|{_SYNONYM}|ancien nom|x",
    ),
    "sct2_Description_Snapshot-en_INT_20260301.txt": _rf2(
        _DESCRIPTION,
        f"1|20260301|1|{_INT}|300|en|{_FSN}|Invented pneumonia (disorder)|x",
        f"2|20260301|1|{_INT}|300|en|{_SYNONYM}|Invented pneumonia|x",
    ),
    "der2_cRefset_LanguageSnapshot-fr_FR1000999_20260301.txt": _rf2(
        _MEMBER + " acceptabilityId",
        f"a|20260301|1|{_CORE}|{_FR}|4|{_PREFERRED}",
        f"b|20260301|1|{_CORE}|{_FR}|3|900000000000549004",
    ),
    "der2_cRefset_LanguageSnapshot-en_INT_20260301.txt": _rf2(
        _MEMBER + " acceptabilityId",
        f"c|20260301|1|{_INT}|{_US}|1|{_PREFERRED}",
        f"d|20260301|1|{_INT}|{_US}|2|{_PREFERRED}",
    ),
    "sct2_Relationship_Snapshot_INT_20260301.txt": _rf2(
        _RELATION,
        f"1|20260301|1|{_INT}|200|138875005|0|116680003|x|y",
        f"2|20260301|1|{_INT}|201|138875005|0|116680003|x|y",
        f"3|20260301|1|{_INT}|300|200|0|116680003|x|y",
        f"4|20260301|1|{_INT}|300|201|0|116680003|x|y",
        f"5|20260301|0|{_INT}|200|201|0|116680003|x|y",
        f"6|20260301|1|{_INT}|300|201|1|363698007|x|y",
    ),
    "der2_Refset_SimpleSnapshot_INT_20260301.txt": _rf2(
        _MEMBER, f"e|20260301|1|{_INT}|777|300", f"f|20260301|0|{_INT}|777|200"
    ),
    "der2_ssRefset_ModuleDependencySnapshot_INT_20260301.txt": _rf2(
        _MEMBER + " sourceEffectiveTime targetEffectiveTime",
        f"g|20260301|1|{_CORE}|900000000000534007|{_INT}|20260301|20260301",
        f"h|20260301|1|{_INT}|900000000000534007|900000000000012004|20260301|20260301",
    ),
}
BDPM: dict[str, str | bytes] = {
    "CIS_bdpm.txt": (
        "69999999\tFICTOL 500 mg, comprimé\tcomprimé\torale\tAutorisation active\tnationale\t"
        "Commercialisée\t01/01/2020\t\t\tLABO É;AUTRE\tNon\n"
        "60000000\tANCIEN, sirop\tsirop\torale\tAutorisation abrogée\tnationale\t"
        "Non commercialisée\t01/01/1990\t\t\tLABO\tNon\n"
    ).encode("cp1252"),
    "CIS_CIP_bdpm.txt": (
        "69999999\t9000001\tplaquette de 16\tPrésentation active\t"
        "Déclaration de commercialisation\t01/02/2020\t3400900000001\toui\t65%\t1,20\n"
    ),
    "CIS_COMPO_bdpm.txt": "69999999\tcomprimé\t09999\tFICTINE\t500 mg\tun comprimé\tSA\t1\n",
    "CIS_GENER_bdpm.txt": "99\tFICTINE 500 mg\t69999999\t0\t1\n",
    "CIS_CPD_bdpm.txt": "69999999\tliste I\n",
    "UCD_CIP.csv": (
        "UCD13;UCD7;Libellé;CIP13\n3400890000001;9000011;FICTOL 500MG CPR;3400900000001\n"
        "3400890000001;9000011;FICTOL 500MG CPR;3400900000002\n"
    ),
}
