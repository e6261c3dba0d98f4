//! What is typed into the hand-over form.

use warmpath_app::hand_over::Typed;

const GIVEN: [&str; 32] = [
    "Ada", "Bruno", "Carla", "Dario", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Katya",
    "Lars", "Mina", "Nils", "Oda", "Pavel", "Quirin", "Rosa", "Samir", "Tilda", "Ugo", "Vera",
    "Wim", "Xenia", "Yusuf", "Zoe", "Anouk", "Bela", "Celine", "Dana", "Emil", "Frida",
];

const FAMILY: [&str; 37] = [
    "Abel",
    "Brandt",
    "Castro",
    "Dumont",
    "Eriksen",
    "Ferrari",
    "Gruber",
    "Hansen",
    "Ilic",
    "Jansen",
    "Kovacs",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okafor",
    "Pereira",
    "Quist",
    "Rossi",
    "Sato",
    "Tanaka",
    "Ullmann",
    "Vidal",
    "Wagner",
    "Xu",
    "Yilmaz",
    "Zeller",
    "Aubert",
    "Bakker",
    "Conti",
    "Dvorak",
    "Eklund",
    "Fontana",
    "Gomez",
    "Huber",
    "Ivanov",
    "Jung",
    "Keller",
];

/// What is typed for the n-th person of a run. Names and companies repeat as they do among so many:
/// a few thousand names, a thousand companies, each mailbox once.
pub(crate) fn person(run: &str, number: u64) -> Typed {
    let of = |list: &[&str], n: u64| list[n as usize % list.len()].to_owned();
    let (given, family) = (of(&GIVEN, number), of(&FAMILY, number / 3));
    let born = of(&FAMILY, number / 111);
    Typed {
        idempotency_key: format!("{run}-{number}"),
        name: format!("{given} {family}-{born}"),
        company: format!("{} Company{}", of(&FAMILY, number), number % 997),
        title: "Head of finance".into(),
        email: format!("{run}{number}@company{}.example", number % 997),
        relationship: "worked_together".into(),
        context: "We closed the books together for three years, and she is looking now.".into(),
        kind: "direct".into(),
        ..Typed::default()
    }
}

/// The form as a browser sends it.
pub(crate) fn form(typed: &Typed, form_token: &str) -> String {
    let fields = [
        ("csrf", form_token),
        ("idempotency_key", &typed.idempotency_key),
        ("name", &typed.name),
        ("company", &typed.company),
        ("role", &typed.title),
        ("email", &typed.email),
        ("relation", &typed.relationship),
        ("words", &typed.context),
        ("kind", &typed.kind),
    ];
    let encode = |(name, text): &(&str, &str)| {
        format!("{name}={}", text.replace('@', "%40").replace(' ', "+"))
    };
    fields.iter().map(encode).collect::<Vec<_>>().join("&")
}
