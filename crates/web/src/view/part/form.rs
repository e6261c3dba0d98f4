//! Forms: fields, choices, errors. What was typed comes back in `value` and `checked`.

use super::super::filters;
use super::{Action, Note, TableView, renders_itself};
use askama::Template;

/// In whose voice a longer text stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Voice {
    /// The product's.
    #[default]
    Product,
    /// A person's: it will be quoted.
    Person,
    /// A source text.
    Proof,
}

/// What kind of field.
#[derive(Clone, Debug, Default)]
pub enum FieldKind {
    /// One line.
    #[default]
    Text,
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// Web address.
    Url,
    /// Whole number.
    Number,
    /// Day.
    Date,
    /// Search words.
    Search,
    /// One-time code.
    Code,
    /// One of several, as (value, label).
    Select(Vec<(String, String)>),
    /// Several lines, in a voice.
    Area(u8, Voice),
    /// A file, with the accepted endings.
    File(String),
    /// Several files, with the accepted endings.
    Files(String),
    /// Sent along unseen.
    Hidden,
}

/// A field with its label, hint and error.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/field.html")]
pub struct Field {
    /// Name in the form, and id on the page.
    pub name: String,
    /// "Company or website".
    pub label: String,
    /// What kind.
    pub kind: FieldKind,
    /// What stands in it.
    pub value: String,
    /// Between label and field; empty for none.
    pub hint: String,
    /// What is wrong and what helps; empty when nothing is.
    pub error: String,
    /// Says "(if you know)".
    pub optional: bool,
    /// What the browser may fill in: "name", "email", "organization"; empty means "off".
    pub autocomplete: String,
    /// Longest text in characters; 0 for none.
    pub max_length: u32,
    /// Takes the whole width of a pair.
    pub full: bool,
}

impl Field {
    /// A field of one line.
    #[must_use]
    pub fn text(name: &str, label: &str, value: &str) -> Self {
        Self { name: name.into(), label: label.into(), value: value.into(), ..Self::default() }
    }

    /// A field of a kind.
    #[must_use]
    pub fn of(kind: FieldKind, name: &str, label: &str, value: &str) -> Self {
        Self { kind, ..Self::text(name, label, value) }
    }

    /// A choice of one from (value, label) pairs.
    #[must_use]
    pub fn select(name: &str, label: &str, options: &[(&str, &str)], value: &str) -> Self {
        let options = options.iter().map(|(v, l)| ((*v).into(), (*l).into())).collect();
        Self::of(FieldKind::Select(options), name, label, value)
    }

    /// A value sent along unseen.
    #[must_use]
    pub fn hidden(name: &str, value: &str) -> Self {
        Self::of(FieldKind::Hidden, name, "", value)
    }

    /// With a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With an error.
    #[must_use]
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    /// May stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Takes the whole width of a pair.
    #[must_use]
    pub fn full(mut self) -> Self {
        self.full = true;
        self
    }

    /// With what the browser may fill in.
    #[must_use]
    pub fn autocomplete(mut self, token: &str) -> Self {
        self.autocomplete = token.into();
        self
    }

    /// With a longest text.
    #[must_use]
    pub fn max_length(mut self, characters: u32) -> Self {
        self.max_length = characters;
        self
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            FieldKind::Email => "email",
            FieldKind::Phone => "tel",
            FieldKind::Url => "url",
            FieldKind::Date => "date",
            FieldKind::Search => "search",
            FieldKind::Hidden => "hidden",
            FieldKind::File(_) | FieldKind::Files(_) => "file",
            _ => "text",
        }
    }

    fn input_mode(&self) -> &'static str {
        match self.kind {
            FieldKind::Email => "email",
            FieldKind::Phone => "tel",
            FieldKind::Url => "url",
            FieldKind::Number | FieldKind::Code => "numeric",
            FieldKind::Search => "search",
            _ => "",
        }
    }

    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.error.is_empty() {
            ids.push(format!("{}-error", self.name));
        }
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        ids.join(" ")
    }

    /// "118 of 1,000": how much of the longest text is written.
    fn written(&self) -> String {
        let typed = self.value.chars().count().to_string();
        format!("{} of {}", in_thousands(&typed), in_thousands(&self.max_length.to_string()))
    }
}

/// Puts a comma between thousands.
fn in_thousands(digits: &str) -> String {
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A box to tick.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/check.html")]
pub struct Check {
    /// Name in the form.
    pub name: String,
    /// Value sent when ticked.
    pub value: String,
    /// "By e-mail".
    pub label: String,
    /// A smaller line below.
    pub below: String,
    /// Whether it is ticked. Never so by us where the answer is consent.
    pub checked: bool,
    /// The label is only read aloud (boxes in table rows).
    pub silent: bool,
}

/// One of a few answers.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Value sent.
    pub value: String,
    /// "Later".
    pub title: String,
    /// "You get one reminder in three months. Nothing before."
    pub consequence: String,
    /// Whether it is chosen.
    pub checked: bool,
    /// Boxes inside the card, such as the channels of a yes.
    pub inner: Vec<Check>,
}

/// At most six answers as cards.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/choices.html")]
pub struct Choices {
    /// Name in the form.
    pub name: String,
    /// The question.
    pub legend: String,
    /// Below the question; empty for none.
    pub hint: String,
    /// What is wrong; empty when nothing is.
    pub error: String,
    /// Two beside each other on wide screens.
    pub pair: bool,
    /// The answers.
    pub choices: Vec<Choice>,
}

/// What stands in a form.
#[derive(Clone, Debug)]
pub enum FormPart {
    /// A field.
    Field(Field),
    /// Answers as cards.
    Choices(Choices),
    /// A box to tick.
    Check(Check),
    /// A note.
    Note(Note),
    /// A table whose rows hold boxes or fields.
    Table(TableView),
}

impl From<Field> for FormPart {
    fn from(field: Field) -> Self {
        Self::Field(field)
    }
}

/// A small form made of parts.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/form.html")]
pub struct FormView {
    /// POST path.
    pub action: String,
    /// Token of the session, from the shell.
    pub csrf: String,
    /// What stands in it.
    pub parts: Vec<FormPart>,
    /// The buttons, usually one.
    pub buttons: Vec<Action>,
    /// Parts in one line on wide screens.
    pub inline: bool,
    /// Two columns on wide screens.
    pub pair: bool,
    /// Sends a file.
    pub sends_file: bool,
}

/// What needs a look, at the top of a refused form.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/error_summary.html")]
pub struct ErrorSummary {
    /// "Two answers need a look".
    pub title: String,
    /// (Field name, sentence).
    pub errors: Vec<(String, String)>,
}

renders_itself!(Field, Check, Choices, FormView, ErrorSummary);

#[cfg(test)]
mod tests {
    use super::{Field, in_thousands};
    use askama::Template;

    #[test]
    fn thousands_are_grouped() {
        let groups = ["0", "118", "1000", "12345", "1234567"].map(in_thousands);
        assert_eq!(groups, ["0", "118", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn what_was_typed_comes_back_escaped_and_says_what_is_wrong() {
        let field = Field::text("company", "Company", "<script>\"x").error("Add a company");
        let html = field.render().expect("renders");
        assert!(!html.contains("<script>"), "{html}");
        assert!(html.contains("aria-invalid=\"true\""));
        assert!(html.contains("aria-describedby=\"company-error\""));
    }
}
