//! What is typed into the hand-over form.

use warmpath_app::hand_over::Typed;

/// What is typed for the n-th person of a run.
pub(crate) fn person(run: &str, number: u64) -> Typed {
    Typed {
        idempotency_key: format!("{run}-{number}"),
        name: format!("Person Number{number}"),
        company: "Orbis Pumpen".into(),
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
