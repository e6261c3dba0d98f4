//! Small closed word classes of the six languages, folded: units, comparators, cues.

use crate::text::{Kind, Token};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    People,
    Money,
    Other,
}

/// Which end of a range a comparator names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Min,
    Max,
    About,
}

/// "with no staff".
pub(crate) const NONE_OF: &[&str] = &["no", "zero", "without", "ohne", "keine", "kein", "sans", "sin", "senza", "utan", "inga", "cero", "zero"];

pub(crate) const ARTICLE: &[&str] =
    &["a", "an", "one", "eine", "einer", "einem", "un", "une", "uno", "una", "en", "ett"];

/// Words between two ends of a range.
pub(crate) const JOINT: &[&str] = &[
    "to", "and", "bis", "und", "a", "et", "y", "e", "ed", "till", "och", "through", "au", "al", "ad", "hasta", "fino",
    "jusqu",
];

pub(crate) const UNIT_FILL: &[&str] = &[
    "full", "time", "fulltime", "total", "or", "so", "more", "in", "annual", "yearly", "of", "de", "di", "d", "en", "a",
    "year", "per", "the", "global", "worldwide", "an", "im", "pro", "jahr", "jahres", "par", "an", "i", "online", "usd", "net",
    "recurring", "about", "their", "its", "plus", "permanent", "anuales", "annui", "annuo", "annuel", "al", "ano", "il",
    "und", "mehr", "oder", "ou", "plus", "mas", "o", "piu", "eller", "mer", "fler", "and", "festangestellte", "feste",
];

const PEOPLE: &[&str] = &[
    "employee", "employees", "staff", "people", "ppl", "headcount", "fte", "ftes", "worker", "workers", "workforce",
    "personnel", "heads", "colleagues", "staffers", "lawyers", "attorneys", "members of staff", "teammates", "persons",
    "mitarbeiter", "mitarbeitern", "mitarbeiterinnen", "mitarbeitende", "mitarbeitenden", "beschaftigte", "beschaftigten", "angestellte", "angestellten",
    "leute", "leuten", "personen", "ma", "kopfe", "kopfen", "arbeitnehmer", "arbeitnehmern", "vollzeitstellen", "belegschaft",
    "salaries", "salarie", "employes", "employe", "collaborateurs", "personnes", "effectif", "effectifs", "avocats",
    "empleados", "empleadas", "empleado", "trabajadores", "personas", "plantilla", "colaboradores", "abogados",
    "dipendenti", "dipendente", "addetti", "persone", "impiegati", "collaboratori", "lavoratori", "avvocati", "effettivi",
    "anstallda", "anstalld", "medarbetare", "personer", "heltidsanstallda", "arsanstallda", "pers", "emp", "emps", "anwalten", "advokater", "jurister",
];

const OTHER_UNITS: &[&str] = &[
    "student", "students", "beds", "trucks", "vehicles", "stores", "shops", "sites", "units", "unit", "locations",
    "communities", "warehouses", "restaurants", "hotels", "rooms", "branches", "plants", "machines", "customers",
    "clients", "members", "patients", "pupils", "doctors", "physicians", "dentists", "clinics", "schools", "campuses",
    "offices", "countries", "users", "subscribers", "seats", "properties", "buildings", "aircraft", "planes", "ships",
    "vessels", "acres", "hectares", "outlets", "factories", "markets", "states", "brands", "franchisees", "apartments",
    "homes", "residents", "children", "drivers", "percent", "prozent", "pct", "times", "x", "mw", "gw", "kw", "km", "miles", "tons",
    "tonnes", "facilities", "practices", "hospitals", "projects", "policies", "accounts", "devices", "servers", "shares", "inhabitants", "population",
    "centers", "centres", "terminals", "lines", "chairs", "operatories", "agents", "advisors", "partners", "deals",
    "betten", "studenten", "studierende", "studierenden", "filialen", "standorte", "standorten", "fahrzeuge", "fahrzeugen", "lkw", "kunden", "patienten",
    "schuler", "einwohner", "einwohnern", "zimmer", "zimmern", "werke", "werken", "maschinen", "markte", "markten", "wohnungen", "laden", "hausern", "hauser", "lander", "mitglieder", "mitgliedern",
    "lits", "etudiants", "magasins", "camions", "vehicules", "clients", "chambres", "etablissements", "usines", "habitants", "logements", "eleves", "agences", "hotels", "pays", "adherents", "residences", "patients", "boutiques",
    "camas", "estudiantes", "alumnos", "tiendas", "camiones", "vehiculos", "clientes", "habitaciones", "plantas", "habitantes", "locales", "sucursales", "hoteles", "hospitales", "almacenes", "pacientes", "viviendas", "sedes", "centros", "paises",
    "letti", "studenti", "negozi", "camion", "veicoli", "clienti", "camere", "stabilimenti", "abitanti", "punti", "filiali", "alberghi", "sedi", "pazienti", "alunni", "appartamenti", "paesi",
    "sangar", "vardplatser", "studenter", "butiker", "lastbilar", "fordon", "kunder", "rum", "fabriker", "invanare", "lagenheter", "elever", "patienter", "anlaggningar", "enheter", "lander", "kontor", "hotell",
    "month", "months", "year", "years", "week", "weeks", "day", "days", "hours", "minutes", "monate", "monaten", "jahre", "jahren", "tage", "tagen", "stunden", "wochen",
    "mois", "ans", "jours", "annees", "semaines", "meses", "anos", "dias", "semanas", "mesi", "anni", "giorni", "settimane", "manader", "ar", "dagar", "veckor",
];

/// Words that make money a revenue.
pub(crate) const REVENUE: &[&str] = &[
    "revenue", "revenues", "turnover", "sales", "arr", "rev", "revs", "income", "topline", "umsatz", "jahresumsatz", "umsatze", "erlos", "chiffre", "affaires",
    "ca", "ingresos", "facturacion", "facturan", "facturen", "facture", "ventas", "fatturato", "ricavi", "fatturano", "omsattning", "omsatter", "intakter", "gmv", "doing", "turning", "grossing",
    "revenus", "umsatzes", "umsatzen", "umsetzen",
];

/// Words that make money something else.
pub(crate) const NOT_REVENUE: &[&str] = &[
    "assets", "aum", "fund", "funds", "loan", "loans", "portfolio", "ticket", "tickets", "deal", "deals", "contract", "contracts", "budget", "budgets",
    "raised", "round", "rounds", "valuation", "investment", "deposits", "book", "premiums", "premium", "grant", "grants", "salary", "capex", "spend", "debt", "savings", "market", "cap",
    "bilanzsumme", "fonds", "volumen", "finanzierung", "runde", "actifs", "encours", "actif", "levee", "activos", "fondos", "cartera", "ronda", "attivi", "fondi", "patrimonio",
    "tillgangar", "fonder", "runda", "aua", "raise", "raising", "leve", "levado", "levantado", "endowment", "verwaltetes", "vermogen", "gestion", "projects", "project",
];

/// The unit a word after a number names.
pub(crate) fn unit(word: &str) -> Option<Unit> {
    if PEOPLE.contains(&word) {
        Some(Unit::People)
    } else if OTHER_UNITS.contains(&word) {
        Some(Unit::Other)
    } else if REVENUE.contains(&word) {
        Some(Unit::Money)
    } else {
        None
    }
}

/// The unit a word before a number names: "headcount over 5,000", "revenue 20-200m".
pub(crate) fn unit_before(word: &str) -> Option<Unit> {
    if REVENUE.contains(&word) {
        Some(Unit::Money)
    } else if NOT_REVENUE.contains(&word) {
        Some(Unit::Other)
    } else if matches!(
        word,
        "headcount" | "employees" | "staff" | "workforce" | "team" | "mitarbeiter" | "mitarbeiterzahl" | "belegschaft"
            | "effectif" | "effectifs" | "salaries" | "plantilla" | "empleados" | "organico" | "dipendenti"
            | "anstallda" | "personal" | "size" | "fte" | "people" | "employing" | "employ" | "employs" | "beschaftigen" | "emploient" | "emplean" | "impiegano" | "sysselsatter"
    ) {
        Some(Unit::People)
    } else {
        None
    }
}

/// True for words that say nothing about what a number counts.
pub(crate) fn is_plain(word: &str) -> bool {
    super::filler::is_filler(word)
}

/// The factor of a magnitude word.
pub(crate) fn magnitude(word: &str) -> Option<f64> {
    Some(match word {
        "k" | "thousand" | "tausend" | "mille" | "mil" | "tusen" | "tsd" | "mila" => 1e3,
        "m" | "mm" | "mn" | "mio" | "million" | "millions" | "millionen" | "millon" | "millones" | "milioni" | "milione"
        | "miljoner" | "miljon" | "mln" | "mkr" | "mill" => 1e6,
        "b" | "bn" | "billion" | "billions" | "mrd" | "mia" | "milliarde" | "milliarden" | "milliard" | "milliards"
        | "md" | "miliardi" | "miliardo" | "miljarder" | "miljard" | "mdr" | "mld" => 1e9,
        "lakh" | "lac" | "lakhs" => 1e5,
        "crore" | "crores" | "cr" => 1e7,
        _ => return None,
    })
}

/// As [`magnitude`], but single letters and "md" count only when glued to the number.
pub(crate) fn magnitude_near(word: &str, adjacent: bool) -> Option<f64> {
    let glued_only = matches!(word, "k" | "b" | "md" | "mia" | "mil" if word.len() <= 2);
    if glued_only && !adjacent && word != "k" && word != "md" {
        return None;
    }
    magnitude(word)
}

/// Small numbers in words.
pub(crate) fn number_word(word: &str) -> Option<f64> {
    Some(match word {
        "two" | "zwei" | "deux" | "dos" | "due" | "tva" => 2.0,
        "three" | "drei" | "trois" | "tres" | "tre" => 3.0,
        "four" | "vier" | "quatre" | "cuatro" | "quattro" | "fyra" => 4.0,
        "five" | "funf" | "cinq" | "cinco" | "cinque" | "fem" => 5.0,
        "six" | "sechs" | "seis" | "sei" | "sex" => 6.0,
        "seven" | "sieben" | "sept" | "siete" | "sette" | "sju" => 7.0,
        "eight" | "acht" | "huit" | "ocho" | "otto" | "atta" => 8.0,
        "nine" | "neun" | "neuf" | "nueve" | "nove" | "nio" => 9.0,
        "ten" | "zehn" | "dix" | "diez" | "dieci" | "tio" => 10.0,
        "twelve" | "zwolf" | "douze" | "doce" | "dodici" | "tolv" | "dozen" => 12.0,
        "fifteen" | "quinze" | "quince" | "quindici" | "femton" | "funfzehn" => 15.0,
        "eighteen" | "achtzehn" | "dieciocho" | "diciotto" | "arton" => 18.0,
        "twenty" | "zwanzig" | "vingt" | "veinte" | "venti" | "tjugo" => 20.0,
        "thirty" | "dreissig" | "trente" | "treinta" | "trenta" | "trettio" => 30.0,
        "forty" | "vierzig" | "quarante" | "cuarenta" | "quaranta" | "fyrtio" => 40.0,
        "fifty" | "funfzig" | "cinquante" | "cincuenta" | "cinquanta" | "femtio" => 50.0,
        "sixty" | "sechzig" | "soixante" | "sesenta" | "sessanta" | "sextio" => 60.0,
        "eighty" | "achtzig" | "ochenta" | "ottanta" => 80.0,
        "ninety" | "neunzig" | "noventa" | "novanta" => 90.0,
        "hundred" | "hundert" | "cent" | "cien" | "cento" | "hundra" | "ciento" => 100.0,
        "thousand" | "tausend" | "mille" | "mil" | "tusen" | "mila" => 1000.0,
        "doscientos" | "zweihundert" | "duecento" => 200.0,
        "trescientos" | "dreihundert" | "trecento" => 300.0,
        "quinientos" | "funfhundert" | "cinquecento" => 500.0,
        _ => return None,
    })
}

/// Days in a unit of time.
pub(crate) fn time_unit(word: &str) -> Option<f64> {
    Some(match word {
        "day" | "days" | "tag" | "tage" | "tagen" | "jour" | "jours" | "dia" | "dias" | "giorno" | "giorni" | "dag"
        | "dagar" | "dagarna" => 1.0,
        "week" | "weeks" | "woche" | "wochen" | "semaine" | "semaines" | "semana" | "semanas" | "settimana"
        | "settimane" | "vecka" | "veckor" | "veckorna" => 7.0,
        "month" | "months" | "monat" | "monate" | "monaten" | "monats" | "mois" | "mes" | "meses" | "mese" | "mesi"
        | "manad" | "manader" | "manaderna" => 30.0,
        "quarter" | "quarters" | "quartal" | "quartale" | "quartalen" | "trimestre" | "trimestres" | "trimestri"
        | "kvartal" | "kvartalet" | "kvartalen" => 90.0,
        "year" | "years" | "jahr" | "jahre" | "jahren" | "jahres" | "an" | "ans" | "annee" | "annees" | "ano" | "anos"
        | "anno" | "anni" | "ar" | "aret" | "aren" => 365.0,
        "halbjahr" | "semestre" | "halvar" | "halvaret" => 180.0,
        _ => return None,
    })
}

/// Words that open a window of time.
pub(crate) const WINDOW_LEAD: &[&str] = &[
    "last", "past", "within", "during", "previous", "trailing", "preceding", "letzten", "letzte", "letztes", "letzter", "vergangenen", "innerhalb", "vergangene",
    "binnen", "derniers", "dernier", "dernieres", "derniere", "depuis", "ultimos", "ultimo", "ultimas", "ultima", "pasados", "pasado", "ultimi", "ultime", "scorsi", "scorso",
    "senaste", "inom", "sista", "under", "moins", "menos", "meno",
];

/// Of these, the ones that are no window without a number ("within a year" has its article).
pub(crate) const WINDOW_NEEDS_COUNT: &[&str] = &["under", "moins", "menos", "meno", "depuis"];

pub(crate) const WINDOW_FILL: &[&str] = &[
    "the", "last", "past", "a", "an", "one", "der", "den", "des", "letzten", "vergangenen", "von", "eines", "les", "le", "la", "derniers", "dernieres", "de", "d", "un", "une", "los",
    "las", "ultimos", "ultimas", "del", "gli", "ultimi", "dei", "degli", "senaste", "det", "previous", "full", "couple", "of", "di", "il", "ett", "en", "uno",
];

pub(crate) const WINDOW_TAIL: &[&str] = &["ago", "old"];

const LEADS: &[(&str, Bound)] = &[
    ("at least", Bound::Min), ("minimum of", Bound::Min), ("minimum", Bound::Min), ("min", Bound::Min), ("more than", Bound::Min),
    ("over", Bound::Min), ("above", Bound::Min), ("from", Bound::Min), ("no fewer than", Bound::Min), ("not fewer than", Bound::Min),
    ("no less than", Bound::Min), ("not less than", Bound::Min), ("not smaller than", Bound::Min), ("no smaller than", Bound::Min), ("nothing under", Bound::Min), ("nothing below", Bound::Min),
    ("nobody under", Bound::Min), ("not under", Bound::Min), ("not below", Bound::Min), ("none under", Bound::Min), ("greater than", Bound::Min), ("exceeding", Bound::Min), ("larger than", Bound::Min), ("bigger than", Bound::Min),
    ("upwards of", Bound::Min), ("north of", Bound::Min), ("beyond", Bound::Min), ("in excess of", Bound::Min), ("starting at", Bound::Min), ("starting from", Bound::Min),
    ("mindestens", Bound::Min), ("uber", Bound::Min), ("ueber", Bound::Min), ("mehr als", Bound::Min), ("ab", Bound::Min), ("von", Bound::Min), ("nicht weniger als", Bound::Min), ("wenigstens", Bound::Min), ("grosser als", Bound::Min), ("nicht unter", Bound::Min),
    ("plus de", Bound::Min), ("plus d", Bound::Min), ("au moins", Bound::Min), ("superieur a", Bound::Min), ("superieure a", Bound::Min), ("superieurs a", Bound::Min), ("au dessus de", Bound::Min), ("au dela de", Bound::Min), ("a partir de", Bound::Min), ("des", Bound::Min), ("depassant", Bound::Min), ("pas moins de", Bound::Min), ("de plus de", Bound::Min), ("de", Bound::Min),
    ("mas de", Bound::Min), ("al menos", Bound::Min), ("por lo menos", Bound::Min), ("minimo", Bound::Min), ("minimo de", Bound::Min), ("un minimo de", Bound::Min), ("desde", Bound::Min), ("superior a", Bound::Min), ("superiores a", Bound::Min), ("por encima de", Bound::Min), ("no menos de", Bound::Min), ("mayor a", Bound::Min), ("mayores de", Bound::Min),
    ("oltre", Bound::Min), ("almeno", Bound::Min), ("piu di", Bound::Min), ("piu del", Bound::Min), ("superiore a", Bound::Min), ("superiori a", Bound::Min), ("sopra", Bound::Min), ("sopra i", Bound::Min), ("oltre i", Bound::Min), ("da", Bound::Min), ("non meno di", Bound::Min), ("superiore ai", Bound::Min), ("minimo di", Bound::Min), ("a partire da", Bound::Min),
    ("over", Bound::Min), ("minst", Bound::Min), ("mer an", Bound::Min), ("fler an", Bound::Min), ("fran", Bound::Min), ("lagst", Bound::Min), ("inte farre an", Bound::Min), ("inte mindre an", Bound::Min), ("storre an", Bound::Min), ("overstigande", Bound::Min),
    ("under", Bound::Max), ("below", Bound::Max), ("up to", Bound::Max), ("less than", Bound::Max), ("fewer than", Bound::Max), ("at most", Bound::Max), ("no more than", Bound::Max), ("not more than", Bound::Max), ("max", Bound::Max), ("maximum", Bound::Max), ("maximum of", Bound::Max), ("smaller than", Bound::Max), ("nothing over", Bound::Max), ("nothing above", Bound::Max), ("not over", Bound::Max), ("no larger than", Bound::Max), ("not larger than", Bound::Max), ("no bigger than", Bound::Max), ("south of", Bound::Max), ("not above", Bound::Max),
    ("unter", Bound::Max), ("bis zu", Bound::Max), ("bis", Bound::Max), ("hochstens", Bound::Max), ("weniger als", Bound::Max), ("maximal", Bound::Max), ("nicht mehr als", Bound::Max), ("unterhalb von", Bound::Max), ("kleiner als", Bound::Max), ("nicht uber", Bound::Max),
    ("moins de", Bound::Max), ("moins d", Bound::Max), ("jusqu a", Bound::Max), ("jusqua", Bound::Max), ("inferieur a", Bound::Max), ("inferieure a", Bound::Max), ("inferieurs a", Bound::Max), ("au plus", Bound::Max), ("au maximum", Bound::Max), ("pas plus de", Bound::Max), ("en dessous de", Bound::Max), ("sous", Bound::Max), ("maximum de", Bound::Max),
    ("menos de", Bound::Max), ("hasta", Bound::Max), ("como maximo", Bound::Max), ("maximo", Bound::Max), ("maximo de", Bound::Max), ("un maximo de", Bound::Max), ("inferior a", Bound::Max), ("inferiores a", Bound::Max), ("no mas de", Bound::Max), ("por debajo de", Bound::Max), ("menor a", Bound::Max),
    ("fino a", Bound::Max), ("meno di", Bound::Max), ("al massimo", Bound::Max), ("massimo", Bound::Max), ("sotto", Bound::Max), ("sotto i", Bound::Max), ("inferiore a", Bound::Max), ("inferiori a", Bound::Max), ("non piu di", Bound::Max), ("inferiore ai", Bound::Max), ("massimo di", Bound::Max), ("fino ai", Bound::Max),
    ("hogst", Bound::Max), ("upp till", Bound::Max), ("farre an", Bound::Max), ("mindre an", Bound::Max), ("inte mer an", Bound::Max), ("inte fler an", Bound::Max), ("maximalt", Bound::Max), ("inte over", Bound::Max), ("understigande", Bound::Max), ("som mest", Bound::Max),
    ("about", Bound::About), ("around", Bound::About), ("roughly", Bound::About), ("approximately", Bound::About), ("circa", Bound::About), ("ca", Bound::About), ("etwa", Bound::About), ("rund", Bound::About), ("ungefahr", Bound::About), ("environ", Bound::About), ("unos", Bound::About), ("alrededor de", Bound::About), ("aproximadamente", Bound::About), ("cerca de", Bound::About), ("omkring", Bound::About), ("ungefar", Bound::About), ("runt", Bound::About), ("autour de", Bound::About), ("zirka", Bound::About),
    ("between", Bound::Min), ("zwischen", Bound::Min), ("entre", Bound::Min), ("tra", Bound::Min), ("tra i", Bound::Min), ("fra", Bound::Min), ("fra i", Bound::Min), ("mellan", Bound::Min), ("between about", Bound::Min), ("de entre", Bound::Min), ("dai", Bound::Min),
];

const SUFFIX: &[(&str, Bound)] = &[
    ("or more", Bound::Min), ("and above", Bound::Min), ("or above", Bound::Min), ("and up", Bound::Min), ("plus", Bound::Min), ("and more", Bound::Min), ("upwards", Bound::Min), ("or over", Bound::Min), ("and over", Bound::Min), ("or larger", Bound::Min),
    ("und mehr", Bound::Min), ("oder mehr", Bound::Min), ("aufwarts", Bound::Min), ("ou plus", Bound::Min), ("et plus", Bound::Min), ("o mas", Bound::Min), ("y mas", Bound::Min), ("en adelante", Bound::Min), ("o piu", Bound::Min), ("in su", Bound::Min), ("e oltre", Bound::Min), ("eller fler", Bound::Min), ("eller mer", Bound::Min), ("och uppat", Bound::Min),
    ("or less", Bound::Max), ("or fewer", Bound::Max), ("or below", Bound::Max), ("and under", Bound::Max), ("or under", Bound::Max), ("tops", Bound::Max), ("max", Bound::Max), ("at most", Bound::Max), ("maximum", Bound::Max), ("oder weniger", Bound::Max), ("maximal", Bound::Max), ("ou moins", Bound::Max), ("o menos", Bound::Max), ("o meno", Bound::Max), ("eller farre", Bound::Max), ("eller mindre", Bound::Max), ("maximum", Bound::Max), ("como maximo", Bound::Max), ("al massimo", Bound::Max),
];

fn longest(tokens: &[Token], i: usize, table: &[(&str, Bound)]) -> Option<(Bound, usize)> {
    let mut best: Option<(Bound, usize)> = None;
    for (phrase, bound) in table {
        let mut next = i;
        let whole = phrase.split(' ').all(|word| {
            let hit = tokens.get(next).is_some_and(|t| t.is_word() && t.folded == word);
            next += 1;
            hit
        });
        if whole && best.is_none_or(|(_, end)| next > end) {
            best = Some((*bound, next));
        }
    }
    best
}

/// A comparator before an amount, and the token after it. Articles in between are skipped.
pub(crate) fn comparator(tokens: &[Token], i: usize) -> Option<(Bound, usize)> {
    match tokens.get(i)?.kind {
        Kind::Mark('>' | '≥') => return Some((Bound::Min, skip_mark(tokens, i + 1, '='))),
        Kind::Mark('<' | '≤') => return Some((Bound::Max, skip_mark(tokens, i + 1, '='))),
        Kind::Mark('~' | '≈') => return Some((Bound::About, i + 1)),
        _ => {}
    }
    longest(tokens, i, LEADS)
}

fn skip_mark(tokens: &[Token], i: usize, mark: char) -> usize {
    if tokens.get(i).is_some_and(|t| t.is_mark(mark)) { i + 1 } else { i }
}

/// A bound after an amount ("5,000+", "or more"), and the token after it.
pub(crate) fn suffix_bound(tokens: &[Token], i: usize) -> Option<(Bound, usize)> {
    if tokens.get(i)?.is_mark('+') {
        return Some((Bound::Min, i + 1));
    }
    longest(tokens, i, SUFFIX)
}
