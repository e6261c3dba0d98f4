//! Fills the names into an opening text or a thank-you, and leaves open what only a person can say.

/// A piece of a prepared text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words that stand.
    Text(String),
    /// What a person has to fill in, as a hint.
    Slot(String),
}

/// What may be named in a text. Empty is not known, and leaves a slot.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Full name of the referred person.
    pub prospect: String,
    /// Their company.
    pub prospect_company: String,
    /// Full name of the referrer.
    pub referrer: String,
    /// The referrer's company.
    pub referrer_company: String,
    /// The referrer's words.
    pub context: String,
    /// The need as stated.
    pub need: String,
    /// Full name of the member who writes.
    pub owner: String,
    /// The workspace.
    pub our_company: String,
}

/// The first word of a name.
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// The pieces of a text: names filled in, the personal line and everything unknown left as slots.
pub fn pieces(text: &str, names: &Names) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut rest = text.trim();
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        let Some(close) = after.find('}') else { break };
        push_text(&mut found, before);
        match value(&after[1..close], names) {
            Ok(word) => push_text(&mut found, &word),
            Err(hint) => found.push(Piece::Slot(hint)),
        }
        rest = &after[close + 1..];
    }
    push_text(&mut found, rest);
    found
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

/// What stands in a place; else the hint for whoever fills it.
fn value(place: &str, names: &Names) -> Result<String, String> {
    let known = match place {
        "prospect_first_name" => first_name(&names.prospect),
        "prospect_company" => &names.prospect_company,
        "referrer_name" => &names.referrer,
        "referrer_first_name" => first_name(&names.referrer),
        "referrer_company" => &names.referrer_company,
        "context" => &names.context,
        "need" => &names.need,
        "owner_name" => &names.owner,
        "owner_first_name" => first_name(&names.owner),
        "our_company" => &names.our_company,
        "personal" => return Err(personal_hint(names)),
        "meeting_link" => return Err("Your booking link, or two times".to_owned()),
        "topic" => return Err("The topic, in their words".to_owned()),
        _ => "",
    };
    if known.is_empty() { Err(place.replace('_', " ")) } else { Ok(known.to_owned()) }
}

fn personal_hint(names: &Names) -> String {
    match first_name(&names.prospect) {
        "" => "One line of your own".to_owned(),
        first => format!("One line of your own, about {first}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_and_the_rest_is_left_to_a_person() {
        let names = Names {
            prospect: "Priya Raman".into(),
            owner: "Maya Okafor".into(),
            ..Names::default()
        };
        let text = "Hello {prospect_first_name},\n{personal}\n{owner_first_name}, {our_company}";
        assert_eq!(
            pieces(text, &names),
            [
                Piece::Text("Hello Priya,\n".into()),
                Piece::Slot("One line of your own, about Priya".into()),
                Piece::Text("\nMaya, ".into()),
                Piece::Slot("our company".into()),
            ]
        );
    }

    #[test]
    fn a_brace_that_never_closes_is_kept_as_it_is() {
        assert_eq!(pieces("a {b", &Names::default()), [Piece::Text("a {b".into())]);
    }
}
