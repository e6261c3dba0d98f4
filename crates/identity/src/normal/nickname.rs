//! Given names and their short forms.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

/// Families of given names that one person may go by, numbered.
pub struct Nicknames {
    classes: FxHashMap<String, Vec<u16>>,
}

impl Nicknames {
    /// The table shipped with the crate (`data/NOTICE.md`), read once.
    pub fn shipped() -> &'static Self {
        static TABLE: OnceLock<Nicknames> = OnceLock::new();
        TABLE.get_or_init(|| Self::parse(include_str!("../../data/nicknames.csv")))
    }

    fn parse(text: &str) -> Self {
        let mut numbers: FxHashMap<String, u16> = FxHashMap::default();
        let mut classes: FxHashMap<String, Vec<u16>> = FxHashMap::default();
        for line in text.lines().skip(1) {
            let mut parts = line.split(',');
            let (Some(formal), Some(_), Some(short)) = (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let formal = super::fold::plain_umlauts(&super::fold::fold(formal));
            let short = super::fold::plain_umlauts(&super::fold::fold(short));
            let next = numbers.len() as u16;
            let number = *numbers.entry(formal.clone()).or_insert(next);
            for name in [formal, short] {
                let list = classes.entry(name).or_default();
                if !list.contains(&number) {
                    list.push(number);
                }
            }
        }
        for list in classes.values_mut() {
            list.sort_unstable();
        }
        let mut endings = FxHashMap::default();
        for (name, list) in &classes {
            let variants = variants(name).filter_map(|other| classes.get(&other));
            let mut all: Vec<u16> = list.iter().chain(variants.flatten()).copied().collect();
            all.sort_unstable();
            all.dedup();
            endings.insert(name.clone(), all);
        }
        let classes = endings;
        Self { classes }
    }

    /// Sorted families of a folded given name; empty when the table does not know it.
    pub fn classes(&self, name: &str) -> &[u16] {
        if let Some(list) = self.classes.get(name) {
            return list;
        }
        variants(name).find_map(|other| self.classes.get(&other)).map_or(&[], Vec::as_slice)
    }
}

/// Short forms end in -ie, -y or -i as their bearers please.
fn variants(name: &str) -> impl Iterator<Item = String> {
    let stem = name.strip_suffix("ie").or_else(|| name.strip_suffix(['y', 'i']));
    let stem = stem.filter(|stem| stem.len() >= 3);
    stem.into_iter().flat_map(|stem| ["y", "ie", "i"].map(|end| format!("{stem}{end}")))
}

/// Whether two sorted lists share a number.
pub fn share_class(left: &[u16], right: &[u16]) -> bool {
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        match left[i].cmp(&right[j]) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bob_is_robert_and_not_ronald() {
        let table = Nicknames::shipped();
        assert!(share_class(table.classes("bob"), table.classes("robert")));
        assert!(!share_class(table.classes("bob"), table.classes("ronald")));
        assert!(share_class(table.classes("robbie"), table.classes("robert")));
        assert!(share_class(table.classes("peggie"), table.classes("margaret")));
    }
}
