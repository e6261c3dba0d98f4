//! A wrapper that keeps a value out of every log, trace and error text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Personal data. `Debug` and `Display` show nothing of the value; whoever needs it says so with
/// [`Pii::reveal`], which is easy to search for in a review.
///
/// ```
/// use warmpath_core::text::Pii;
/// let name = Pii::new("Pat Lee");
/// assert_eq!(format!("{name} {name:?}"), "[withheld] [withheld]");
/// assert_eq!(*name.reveal(), "Pat Lee");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pii<T>(T);

/// What stands in a log where the value would be.
pub(crate) const WITHHELD: &str = "[withheld]";

impl<T> Pii<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Looks at the value.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Turns the value into another one that is personal data too.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Pii<U> {
        Pii(change(self.0))
    }
}

impl<T> From<T> for Pii<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WITHHELD)
    }
}

impl<T> fmt::Display for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WITHHELD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_a_nested_pretty_print_shows_nothing() {
        let wrapped = Some(vec![Pii::new("pat@prospect.example")]);
        assert!(!format!("{wrapped:#?}").contains("pat"));
        assert_eq!(serde_json::to_string(&wrapped).unwrap(), "[\"pat@prospect.example\"]");
    }
}
