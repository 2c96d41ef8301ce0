"""The words of the report's page, in French and in English."""

from typing import Final

from hygie.refusal import Language, Phrase

_WORDS: Final[dict[str, Phrase]] = {
    "title": Phrase("Rapport de validation", "Validation report"),
    "for": Phrase("À l’attention de", "For the attention of"),
    "made": Phrase("Établi le", "Made on"),
    "files": Phrase("fichiers", "files"),
    "resources": Phrase("ressources", "resources"),
    "errors": Phrase("erreurs", "errors"),
    "warnings": Phrase("avertissements", "warnings"),
    "remarks": Phrase("remarques", "remarks"),
    "information": Phrase("remarque", "remark"),
    "silenced": Phrase("sous silence", "silenced"),
    "conform": Phrase("sans erreur", "without error"),
    "failing": Phrase("en erreur", "in error"),
    "rules": Phrase("Règles en cause", "Rules at fault"),
    "chart": Phrase("Erreurs et avertissements par règle", "Errors and warnings by rule"),
    "chart_note": Phrase(
        "Nombre de fois où chaque règle est enfreinte, de la plus fréquente à la moins fréquente.",
        "How often each rule is broken, the most frequent first.",
    ),
    "more_rules": Phrase("Autres règles, détaillées plus bas", "More rules, detailed below"),
    "unknown": Phrase("autre, ou illisible", "other, or unreadable"),
    "times": Phrase("fois", "times"),
    "in": Phrase("dans", "in"),
    "source": Phrase("Source", "Source"),
    "examples": Phrase("Exemples", "Examples"),
    "file": Phrase("Fichier", "File"),
    "resource": Phrase("Ressource", "Resource"),
    "place": Phrase("Emplacement", "Place"),
    "sentence": Phrase("Constat et action", "Finding and action"),
    "by_type": Phrase("Par type de ressource", "By resource type"),
    "by_profile": Phrase("Par profil annoncé", "By claimed profile"),
    "by_file": Phrase("Fichiers à corriger d’abord", "Files to mend first"),
    "by_file_note": Phrase(
        "Les fichiers où il y a le plus d’erreurs.", "The files with most errors."
    ),
    "type": Phrase("Type", "Type"),
    "profile": Phrase("Profil", "Profile"),
    "total": Phrase("Ressources", "Resources"),
    "failed": Phrase("En erreur", "In error"),
    "error_count": Phrase("Erreurs", "Errors"),
    "warning_count": Phrase("Avertissements", "Warnings"),
    "trend": Phrase("Depuis le rapport précédent", "Since the earlier report"),
    "rule": Phrase("Règle", "Rule"),
    "before": Phrase("Avant", "Before"),
    "now": Phrase("Maintenant", "Now"),
    "new": Phrase("nouvelle", "new"),
    "gone": Phrase("disparue", "gone"),
    "more": Phrase("en hausse", "more"),
    "fewer": Phrase("en baisse", "fewer"),
    "same": Phrase("inchangée", "same"),
    "how": Phrase("Comment ce rapport a été fait", "How this report was made"),
    "tool": Phrase("Outil", "Tool"),
    "standard": Phrase("Norme", "Standard"),
    "packages": Phrase("Guides appliqués", "Guides applied"),
    "asked_profiles": Phrase("Profils exigés", "Profiles asked for"),
    "none": Phrase("aucun", "none"),
    "reproduce": Phrase("Pour le refaire", "To make it again"),
    "reproduce_note": Phrase(
        "Le même contrôle, sur les mêmes fichiers, donne le même résultat :",
        "The same check, on the same files, gives the same result:",
    ),
    "reading": Phrase("Pour le lire", "How to read it"),
    "error": Phrase("erreur", "error"),
    "fatal": Phrase("erreur", "error"),
    "warning": Phrase("avertissement", "warning"),
    "error_note": Phrase(
        "la donnée enfreint la norme ou le profil ; elle est à corriger à la source",
        "the data breaks the standard or the profile; it is to be mended at its source",
    ),
    "warning_note": Phrase(
        "la donnée est recevable, mais risque d’être mal comprise",
        "the data can be taken in, but may be misunderstood",
    ),
    "information_note": Phrase(
        "une remarque, qui n’appelle pas toujours une correction",
        "a remark, which does not always call for a correction",
    ),
    "place_note": Phrase(
        "L’emplacement est une expression FHIRPath ; les rangs commencent à 0.",
        "The place is a FHIRPath expression; indexes begin at 0.",
    ),
    "with_excerpts": Phrase(
        "Ce rapport cite de courts extraits des données reçues, des identifiants et des noms de "
        "fichiers : transmettez-le par un moyen sûr. L’option --no-excerpts les retire.",
        "This report quotes short excerpts of the data received, ids and names of files: send it "
        "by secure means. The option --no-excerpts leaves them out.",
    ),
    "without_excerpts": Phrase(
        "Ce rapport ne cite rien des données reçues. Les fichiers sont numérotés dans l’ordre "
        "alphabétique de leur lecture ; « … » tient la place de ce qui est retiré.",
        "This report quotes nothing of the data received. Files are numbered in the alphabetical "
        "order of their reading; “…” stands for what is left out.",
    ),
    "perfect": Phrase(
        "Aucune erreur : les {resources} ressources lues sont conformes.",
        "No error: the {resources} resources read conform.",
    ),
    "nothing": Phrase("Rien n’a été lu.", "Nothing was read."),
    "verdict": Phrase(
        "{failing} des {resources} ressources lues ont au moins une erreur ({share} %).",
        "{failing} of the {resources} resources read have at least one error ({share} %).",
    ),
    "minimum": Phrase(
        "Une ressource ou un lot au moins a trop de problèmes pour être lu jusqu’au bout : ces "
        "comptes sont des minimums.",
        "At least one resource or bundle has too many problems to be read to its end: these "
        "counts are minimums.",
    ),
    "verdict_one": Phrase(
        "1 des {resources} ressources lues a au moins une erreur.",
        "1 of the {resources} resources read has at least one error.",
    ),
    "cause_two": Phrase(
        "2 règles sont en cause ; corriger la première ôte {share} % des erreurs.",
        "2 rules are at fault; mending the first removes {share} % of the errors.",
    ),
    "cause_one": Phrase(
        "Une seule règle est en cause : la corriger suffit.",
        "A single rule is at fault: mending it is enough.",
    ),
    "causes": Phrase(
        "{rules} règles sont en cause ; corriger les {first} premières ôte {share} % des erreurs.",
        "{rules} rules are at fault; mending the first {first} removes {share} % of the errors.",
    ),
}


def words(language: Language) -> dict[str, str]:
    return {name: getattr(phrase, language) for name, phrase in _WORDS.items()}
