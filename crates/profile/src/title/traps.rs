//! People who stand near an office without holding it.

use crate::text::Token;

/// Words that take the office away wherever they stand.
const ANYWHERE: &[&str] = &[
    "former",
    "formerly",
    "retired",
    "aspiring",
    "recruiter",
    "recruiters",
    "headhunter",
    "student",
    "editor",
    "moderator",
    "photographer",
    "journalist",
    "magazine",
    "podcast",
    "newsletter",
    "alumni",
    "alumnus",
    "volunteer",
    "candidate",
    "seeking",
    "ehemaliger",
    "ehemalige",
    "ehemals",
    "ancien",
    "ancienne",
    "exdirector",
    "antiguo",
    "antigua",
    "ex",
    "fruherer",
    "fruhere",
    "tidigare",
    "pensionerad",
    "retraite",
    "retraitee",
    "jubilado",
    "jubilada",
    "pensionato",
    "pensionata",
    "past",
    "future",
    "wannabe",
    "blogger",
    "author",
    "professor",
    "lecturer",
    "coach",
    "fan",
    "speaker",
    "host",
    "previous",
    "previously",
    "emeritus",
    "researcher",
    "columnist",
    "reporter",
    "tutor",
    "applicant",
    "etudiant",
    "etudiante",
    "estudiante",
    "studente",
    "studentessa",
    "unemployed",
    "looking",
    "hopeful",
    "wife",
    "husband",
    "redakteur",
    "redakteurin",
    "rekryterare",
    "reclutador",
    "reclutadora",
    "recruteur",
    "recruteuse",
    "cacciatore",
    "rd",
    "ruhestand",
    "mentor",
    "sekretar",
    "secretary",
    "secretaria",
    "secretaire",
    "sekreterare",
    "segretaria",
    "segretario",
    "werkstudent",
    "pensionar",
    "bivitradande",
    "receptionist",
    "community",
    "conference",
    "summit",
    "forum",
    "awards",
    "roundtable",
    "bootcamp",
    "course",
    "certification",
    "aspirante",
    "angehender",
    "angehende",
    "futur",
    "futuro",
    "blivande",
    "analyst",
    "biographer",
];

/// Words that take it away in front of what they serve: "assistant to", "advisor to".
const SERVING: &[&str] = &[
    "assistant",
    "assistants",
    "advisor",
    "adviser",
    "aide",
    "secretary",
    "consultant",
    "counselor",
    "counsellor",
    "deputy",
    "liaison",
    "support",
    "assistent",
    "assistentin",
    "assistente",
    "asistente",
    "conseiller",
    "conseillere",
    "asesor",
    "asesora",
    "berater",
    "beraterin",
    "referent",
    "referentin",
    "adjoint",
    "adjointe",
    "adjunto",
    "radgivare",
    "consulente",
    "ayudante",
    "coordinator",
    "reporting",
    "office",
    "chauffeur",
    "driver",
    "apprentice",
    "shadow",
    "reports",
    "supporting",
    "help",
];

const TO: &[&str] = &[
    "to", "for", "of", "der", "des", "dem", "von", "vom", "fur", "du", "de", "del", "della", "di",
    "a", "till", "al", "aupres", "la", "le", "l", "el", "d", "zum", "bei",
];

/// True where the title only mentions an office.
pub(crate) fn only_near(tokens: &[Token]) -> bool {
    let words: Vec<&str> =
        tokens.iter().filter(|t| t.is_word()).map(|t| t.folded.as_str()).collect();
    if words.iter().any(|w| ANYWHERE.contains(w)) {
        return !is_office_of_its_own(&words);
    }
    let serves = words.windows(2).any(|pair| {
        SERVING.contains(&pair[0])
            && TO.contains(&pair[1])
            && !(pair[0] == "deputy"
                || pair[0] == "support"
                || pair[0] == "office" && pair[1] != "of")
    });
    serves && !is_office_of_its_own(&words)
}

/// Offices whose name has such a word: "company secretary" beside "general counsel", "chief of
/// staff", "executive assistant to the CFO", "data analyst".
fn is_office_of_its_own(words: &[&str]) -> bool {
    let pair = |a: &str, b: &str| words.windows(2).any(|w| w[0] == a && w[1] == b);
    let hard = words.iter().any(|w| {
        matches!(
            *w,
            "former"
                | "formerly"
                | "retired"
                | "aspiring"
                | "recruiter"
                | "student"
                | "editor"
                | "moderator"
                | "ex"
                | "past"
                | "magazine"
        )
    });
    if hard {
        return false;
    }
    pair("company", "secretary")
        || pair("corporate", "secretary")
        || pair("executive", "assistant")
        || pair("personal", "assistant")
        || words.first().is_some_and(|w| matches!(*w, "ea" | "pa"))
        || pair("data", "analyst")
        || pair("bi", "analyst")
        || pair("analytics", "engineer")
        || pair("intelligence", "analyst")
        || words.first() == Some(&"chief")
}
