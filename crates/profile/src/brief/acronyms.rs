//! Acronyms that stand for several offices, decided by the words around them.

use super::people::RolePhrase;
use crate::text::{Kind, Token};

/// Acronym, hint words (folded), role. The first row of an acronym without hints is its default.
const READINGS: &[(&str, &[&str], &str)] = &[
    (
        "cro",
        &["risk", "risiko", "risque", "risques", "riesgo", "riesgos", "rischio", "rischi"],
        "chief_risk_officer",
    ),
    ("cro", &["revenue", "sales", "commercial", "umsatz", "saas", "software"], "cro"),
    (
        "cpo",
        &[
            "procurement",
            "purchasing",
            "sourcing",
            "einkauf",
            "achats",
            "compras",
            "acquisti",
            "inkop",
            "supply",
        ],
        "cpo_procurement",
    ),
    ("cpo", &["people", "hr", "talent", "personal", "human", "rh"], "chro"),
    (
        "cpo",
        &["product", "products", "produkt", "produit", "producto", "prodotto", "software", "saas"],
        "cpo_product",
    ),
    (
        "cmo",
        &[
            "medical",
            "clinical",
            "hospital",
            "hospitals",
            "physician",
            "medizin",
            "krankenhausern",
            "kliniken",
            "health",
        ],
        "cmo_medical",
    ),
    ("cmo", &["marketing", "brand"], "cmo"),
    ("cco", &["customer", "client", "kunden", "clients"], "cco_customer"),
    ("cco", &["compliance", "regulatory", "conformite", "aml"], "chief_compliance_officer"),
    ("cco", &["commercial", "sales", "revenue"], "cro"),
    ("cso", &["security", "sicherheit", "securite"], "ciso"),
    ("cso", &["scientific", "science", "biotech", "pharma", "r"], "chief_scientific_officer"),
    ("cso", &["sustainability", "esg", "nachhaltigkeit", "climate"], "cso_sustainability"),
    ("cso", &["strategy"], "head_of_corp_dev"),
    ("cso", &["sales", "revenue"], "cro"),
    ("cdo", &["digital"], "cio"),
    ("cdo", &["data", "analytics"], "cdo_data"),
    ("clo", &["legal", "counsel", "law"], "general_counsel"),
    ("clo", &["learning", "training"], "head_of_ld"),
    ("cao", &["accounting"], "cao_accounting"),
];

/// What each acronym means where nothing around it says otherwise.
const DEFAULTS: &[(&str, &str)] = &[
    ("cro", "cro"),
    ("cpo", "cpo_product"),
    ("cmo", "cmo"),
    ("cco", "cro"),
    ("cdo", "cdo_data"),
    ("clo", "head_of_ld"),
];

fn hint(tokens: &[Token], i: usize) -> Option<&'static str> {
    let acronym = tokens.get(i)?.folded.as_str();
    let negated = |k: usize| {
        k.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|t| {
            matches!(t.folded.as_str(), "not" | "nicht" | "pas" | "no" | "non" | "inte")
        })
    };
    // Close words first: inside the bracket after it, or beside it; then the whole brief.
    let near = (i.saturating_sub(2)..(i + 6).min(tokens.len())).filter(|k| *k != i);
    let far = (0..tokens.len()).filter(|k| *k != i);
    for range in [near.collect::<Vec<_>>(), far.collect()] {
        for k in range {
            let word = tokens[k].folded.as_str();
            let found = READINGS
                .iter()
                .find(|(name, hints, _)| *name == acronym && hints.contains(&word) && !negated(k));
            if let Some((_, _, role)) = found {
                return Some(role);
            }
        }
    }
    None
}

/// The tokens of a bracket that only explains the acronym: "CROs (risk, not revenue)".
fn bracket_end(tokens: &[Token], end: usize) -> usize {
    if !tokens.get(end).is_some_and(|t| t.is_mark('(')) {
        return end;
    }
    let close = (end..(end + 8).min(tokens.len())).find(|k| tokens[*k].is_mark(')'));
    let explains = close.is_some_and(|close| {
        (end + 1..close).all(|k| {
            let word = tokens[k].folded.as_str();
            matches!(tokens[k].kind, Kind::Mark(','))
                || matches!(
                    word,
                    "not" | "or" | "the" | "nicht" | "pas" | "no" | "chief" | "officer"
                )
                || READINGS.iter().any(|(_, hints, _)| hints.contains(&word))
        })
    });
    close.filter(|_| explains).map_or(end, |close| close + 1)
}

/// Replaces the role of a lone ambiguous acronym by the one its surroundings ask for.
pub(crate) fn resolve(tokens: &[Token], i: usize, phrase: RolePhrase) -> RolePhrase {
    let lone = phrase.end == i + 1 && DEFAULTS.iter().any(|(name, _)| *name == tokens[i].folded);
    if !lone {
        return phrase;
    }
    let role = hint(tokens, i);
    let end = bracket_end(tokens, phrase.end);
    RolePhrase { end, roles: role.map_or(phrase.roles, |role| vec![role]), listed: true }
}

/// An ambiguous acronym that no table lists alone.
pub(crate) fn alone(tokens: &[Token], i: usize) -> Option<RolePhrase> {
    let token = tokens.get(i).filter(|t| t.is_word())?;
    let known = READINGS.iter().any(|(name, _, _)| *name == token.folded);
    if !known {
        return None;
    }
    let fallback = DEFAULTS.iter().find(|(name, _)| *name == token.folded).map(|(_, role)| *role);
    let role = hint(tokens, i).or(fallback)?;
    Some(RolePhrase { end: bracket_end(tokens, i + 1), roles: vec![role], listed: true })
}
