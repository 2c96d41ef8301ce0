"""Which messages HL7 v2 has: types (table 0076) and, of each, the trigger events (table 0003).

The union of versions 2.1 to 2.8, so that a message of an old sender is known too. Chapters: 3 ADT,
4 orders and pharmacy, 5 queries, 6 finance, 7 observations, 8 master files, 9 documents, 10
scheduling, 11 referral, 12 problems and pathways, 13 laboratory automation, 14 network management,
15 personnel, 16 claims, 17 materials. Pure.
"""

from collections.abc import Iterator
from typing import Final

_EVENTS: Final = {
    "ADR": "A19", "ADT": "A01-A62", "BAR": "P01 P02 P05 P06 P10 P12", "BPS": "O29",
    "BRP": "O30", "BRT": "O32", "BTS": "O31", "CCF": "I22", "CCI": "I22", "CCM": "I21",
    "CCQ": "I19", "CCR": "I16-I18", "CCU": "I20", "CQU": "I19", "CRM": "C01-C08",
    "CSU": "C09-C12", "DBC": "O41", "DBU": "O42", "DEL": "O46", "DEO": "O45", "DER": "O44",
    "DFT": "P03 P11", "DOC": "T12", "DPR": "O48", "DRC": "O47", "DRG": "O43",
    "DSR": "P04 Q01 Q03 R03 R05", "EAC": "U07", "EAN": "U09", "EAR": "U08", "EDR": "R07",
    "EHC": "E01 E02 E04 E10-E15 E20 E21 E24 E30 E31", "EQQ": "Q04", "ERP": "R09",
    "ESR": "U02", "ESU": "U01", "INR": "U06 U14", "INU": "U05", "LSR": "U13", "LSU": "U12",
    "MCF": "Q01 Q02", "MDM": "T01-T11", "MFD": "M01-M18", "MFK": "M01-M18", "MFN": "M01-M18",
    "MFQ": "M01-M18", "MFR": "M01-M18", "NMD": "N02", "NMQ": "N01", "NMR": "N01",
    "OMB": "O27", "OMD": "O03", "OMG": "O19", "OMI": "O23", "OML": "O21 O33 O35 O39 O59",
    "OMN": "O07", "OMP": "O09", "OMQ": "O57", "OMS": "O05", "OPL": "O37", "OPR": "O38",
    "OPU": "R25", "ORA": "R33 R41", "ORB": "O28", "ORD": "O04", "ORF": "R02 R04 W02",
    "ORG": "O20", "ORI": "O24", "ORL": "O22 O34 O36 O40 O53-O56", "ORM": "O01", "ORN": "O08",
    "ORP": "O10", "ORR": "O02", "ORS": "O06", "ORU": "R01 R03 R30-R32 R40 R42 R43 W01",
    "ORX": "O58", "OSM": "R26", "OSQ": "Q06", "OSR": "Q06", "OSU": "O51 O52",
    "OUL": "R21-R24", "PEX": "P07 P08", "PGL": "PC6 PC7 PC8", "PIN": "I07",
    "PMU": "B01-B08", "PPG": "PCG PCH PCJ", "PPP": "PCB PCC PCD", "PPR": "PC1 PC2 PC3",
    "PPT": "PCL", "PPV": "PCA", "PRR": "PC5", "PTR": "PCF",
    "QBP": "E03 E22 Q11 Q13 Q15 Q21-Q25 Q31-Q34 Z73-Z99", "QCK": "Q01 Q02 J01",
    "QCN": "J01", "QRF": "W02", "QRY": "A19 P04 PC4 PC9 PCE PCK Q01 Q02 Q26-Q30 R02 R04 T12",
    "QSB": "Q16", "QSX": "J02", "QVR": "Q17", "RAR": "RAR", "RAS": "O17 O01",
    "RCI": "I05", "RCL": "I06", "RDE": "O01 O11 O25 O49", "RDO": "O01", "RDR": "RDR",
    "RDS": "O01 O13", "RDY": "K15", "REF": "I12-I15", "RER": "RER", "RGR": "RGR",
    "RGV": "O01 O15", "ROR": "ROR Q06", "RPA": "I08-I11", "RPI": "I01 I04", "RPL": "I02",
    "RPR": "I03", "RQA": "I08-I11", "RQC": "I05 I06", "RQI": "I01 I02 I03 I07",
    "RQP": "I04", "RQQ": "Q09", "RRA": "O02 O18", "RRD": "O02 O14", "RRE": "O02 O12 O26 O50",
    "RRG": "O02 O16", "RRI": "I12-I15", "RRO": "O02",
    "RSP": "E03 E22 K11 K13 K15 K21-K25 K31-K34 Z74-Z99", "RTB": "K13",
    "SCN": "S37", "SDN": "S36", "SDR": "S31", "SIU": "S12-S27", "SLN": "S34 S35",
    "SLR": "S28 S29", "SMD": "S32", "SPQ": "Q08", "SQM": "S25", "SQR": "S25",
    "SRM": "S01-S11", "SRR": "S01-S11", "SSR": "U04", "SSU": "U03", "STC": "S33",
    "STI": "S30", "SUR": "P09", "TBR": "R08 R09", "TCR": "U11", "TCU": "U10", "UDM": "Q05",
    "VQQ": "Q07", "VTQ": "Q08", "VXQ": "V01", "VXR": "V03", "VXU": "V04", "VXX": "V02",
}  # fmt: skip
_DEFAULTS: Final = {
    "BAR": "P01", "DFT": "P03", "MFN": "M01", "ORM": "O01", "ORR": "O02", "ORU": "R01",
    "RAS": "O17", "RDE": "O11", "RDS": "O13", "VXU": "V04",
}  # fmt: skip
"""Version 2.1 and many senders after it name the type alone, where it leaves no doubt."""


def whole_name(name: str) -> str:
    """ "ORU^R01", of "ORU" too; a type that does not tell its event stays as it is."""
    event = _DEFAULTS.get(name)
    return f"{name}^{event}" if event else name


def is_standard(name: str) -> bool:
    """True when HL7 v2 has this type with this event ("DFT^P03"), or the type, where the message
    names no event ("QRY")."""
    kind, _, event = name.partition("^")
    return event in KNOWN.get(kind, ()) or (kind in KNOWN and not event)


def _listed(text: str) -> Iterator[str]:
    for item in text.split():
        first, _, last = item.partition("-")
        if not last:
            yield first
            continue
        for number in range(int(first[1:]), int(last[1:]) + 1):
            yield f"{first[0]}{number:02}"


KNOWN: Final = {kind: frozenset(_listed(text)) for kind, text in _EVENTS.items()}
"""Type -> its events."""
