//! Invented people, companies and words for the history. Every domain ends in `.example`.

use super::clock::Chance;

/// Somebody who is referred.
#[derive(Debug, Clone)]
pub(super) struct Prospect {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) company: &'static str,
    pub(super) title: &'static str,
}

const FIRST: [&str; 24] = [
    "Ulla", "Konrad", "Miriam", "Joakim", "Beatrix", "Torben", "Salome", "Arvid", "Ruth", "Ilja",
    "Maja", "Lorenz", "Agnes", "Valentin", "Thea", "Casper", "Judith", "Oliver", "Signe", "Georg",
    "Franka", "Ludvig", "Carola", "Anton",
];

const LAST: [&str; 23] = [
    "Ahrens", "Bolander", "Dressler", "Ekman", "Fabian", "Grahn", "Hellwig", "Isaksson", "Kempf",
    "Lorentz", "Mertens", "Norling", "Opitz", "Palm", "Quandt", "Rosen", "Sattler", "Tegner",
    "Ullrich", "Voss", "Wendt", "Zander", "Brodin",
];

/// Company, mail domain.
const COMPANIES: [(&str, &str); 30] = [
    ("Lindauer Feintechnik", "lindauer.example"),
    ("Vasastan Media", "vasastan-media.example"),
    ("Kieler Sprotten Kontor", "sprotten.example"),
    ("Brenner Spedition", "brenner-spedition.example"),
    ("Norrvik Papper", "norrvik.example"),
    ("Auenland Molkerei", "auenland-molkerei.example"),
    ("Rabenstein Guss", "rabenstein.example"),
    ("Hjelmar Konsult", "hjelmar.example"),
    ("Osterfeld Pumpen", "osterfeld.example"),
    ("Sundsvik Hamn", "sundsvik.example"),
    ("Wiesengrund Pflege", "wiesengrund.example"),
    ("Tallholmen Hotell", "tallholmen.example"),
    ("Drachenfels Reisen", "drachenfels-reisen.example"),
    ("Eichberg Armaturen", "eichberg.example"),
    ("Karlshus Optik", "karlshus.example"),
    ("Mainbogen Verlag", "mainbogen.example"),
    ("Nordanland Kraft", "nordanland.example"),
    ("Perlach Elektronik", "perlach.example"),
    ("Rosental Apotheken", "rosental.example"),
    ("Stenby Verkstad", "stenby.example"),
    ("Teutoburg Saaten", "teutoburg-saaten.example"),
    ("Uhlenhorst Immobilien", "uhlenhorst.example"),
    ("Vogelsang Akustik", "vogelsang-akustik.example"),
    ("Werraland Textil", "werraland.example"),
    ("Zollern Messtechnik", "zollern.example"),
    ("Grenzhof Logistik", "grenzhof.example"),
    ("Almedal Bryggeri", "almedal.example"),
    ("Hafenkante Kaffee", "hafenkante.example"),
    ("Silverdal Data", "silverdal.example"),
    ("Moorwald Holz", "moorwald.example"),
];

const TITLES: [&str; 9] = [
    "CFO",
    "Head of Finance",
    "Financial Controller",
    "Finance Director",
    "Head of Accounting",
    "Managing Director",
    "Group Controller",
    "Treasurer",
    "Head of Shared Services",
];

const WORDS: [&str; 14] = [
    "We compared notes on closing the month. Nine days at theirs, three at ours. I said I would \
     connect you.",
    "Took over the finance team in spring and wants to clear out spreadsheets before the audit.",
    "An old colleague. They have just bought a second company and now keep two ledgers by hand.",
    "Sat next to me at the controllers' round table and asked what we use.",
    "Their auditor asked for a trail and they have none. Be kind, it is a sore point.",
    "We do business with them every week. Their invoices come late because the close does.",
    "Knows the market well and is curious, nothing more yet. A short call would be right.",
    "They start to look in the new year. Better to be early than one of seven.",
    "Was my deputy for four years, now leads finance there. You can speak plainly.",
    "Asked me straight out whether we would buy it again. I said yes.",
    "Their group wants one chart of accounts for five countries. That was us two years ago.",
    "Heard about the closing checklist and wanted it. Sent it on, they wanted to know more.",
    "Mentioned in our steering meeting that they still mail workbooks around.",
    "Good person, very short of time. Write two lines, not ten.",
];

/// Lines of one's own in a thank-you.
pub(super) const THANKS: [&str; 9] = [
    "You described their month-end better than they would have themselves.",
    "I know you do not lend your name lightly, and I will treat it that way.",
    "I will be as straight with them as you were with us in the first year.",
    "Your line about the audit tells me exactly where to begin.",
    "It is good to see that the checklist travelled. That was your idea.",
    "I will keep it to two lines, as you said, and not a word more.",
    "After the year we had together this means a lot to the whole team.",
    "You will hear from me the moment there is something to tell.",
    "I had wondered how to reach them without knocking. Now I need not.",
];

/// What sellers note for each other.
pub(super) const COMMENTS: [&str; 7] = [
    "Prefers the phone before nine. Do not write on Mondays.",
    "They compare us with two others. What counts for them is the audit trail.",
    "The controller decides, the CFO signs. Invite both.",
    "Wants to see a close with two ledgers, not slides.",
    "Budget is there from the new quarter. Until then a pilot with one entity.",
    "Knows our customer personally, so mention it once and leave it there.",
    "Asked for a reference in the same industry. Rosa has one.",
];

/// What a request in hand may be worth, in minor units.
pub(super) const AMOUNTS: [i64; 6] =
    [1_200_000, 1_800_000, 2_400_000, 3_600_000, 4_800_000, 6_400_000];

/// The n-th person: another one for every n below 500.
pub(super) fn prospect(n: usize, chance: &Chance) -> Prospect {
    // 24 and 23 have no common divisor, so the pairs repeat after 552.
    let (first, last) = (FIRST[n % FIRST.len()], LAST[n % LAST.len()]);
    let (company, domain) = COMPANIES[(n * 7) % COMPANIES.len()];
    Prospect {
        name: format!("{first} {last}"),
        email: format!("{}.{}@{domain}", first.to_lowercase(), last.to_lowercase()),
        company,
        title: chance.one(&TITLES),
    }
}

/// What a referrer writes.
pub(super) fn words(chance: &Chance) -> &'static str {
    chance.one(&WORDS)
}
