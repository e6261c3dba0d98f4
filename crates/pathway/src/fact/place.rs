//! Countries and the region names that stand for them in a `when`.
//!
//! Codes are ISO 3166-1 alpha-2, with XK (Kosovo) added because CRM systems use it. The regions
//! are sales territories as the field uses the words; a workspace that cuts them differently
//! writes the country codes.

use serde::Serialize;

/// Every country code a fact or a condition may hold, sorted.
pub const COUNTRIES: &[&str] = &[
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS",
    "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN",
    "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE",
    "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF",
    "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM",
    "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM",
    "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC",
    "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK",
    "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA",
    "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG",
    "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW",
    "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS",
    "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO",
    "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI",
    "VN", "VU", "WF", "WS", "XK", "YE", "YT", "ZA", "ZM", "ZW",
];

/// A name for several countries.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Region {
    /// As written in a condition.
    pub name: &'static str,
    /// What it covers, for the editor.
    pub doc: &'static str,
    /// Country codes.
    pub countries: &'static [&'static str],
}

/// The region names, in the order the editor shows them.
pub const REGIONS: &[Region] = &[
    Region { name: "DACH", doc: "Germany, Austria, Switzerland", countries: &["AT", "CH", "DE"] },
    Region {
        name: "Nordics",
        doc: "Denmark, Finland, Iceland, Norway, Sweden",
        countries: &["DK", "FI", "IS", "NO", "SE"],
    },
    Region { name: "Baltics", doc: "Estonia, Latvia, Lithuania", countries: &["EE", "LT", "LV"] },
    Region {
        name: "Benelux",
        doc: "Belgium, Netherlands, Luxembourg",
        countries: &["BE", "LU", "NL"],
    },
    Region { name: "UKI", doc: "United Kingdom and Ireland", countries: &["GB", "IE"] },
    Region { name: "Iberia", doc: "Spain, Portugal, Andorra", countries: &["AD", "ES", "PT"] },
    Region { name: "France", doc: "France and Monaco", countries: &["FR", "MC"] },
    Region {
        name: "Italy",
        doc: "Italy, San Marino, Vatican City",
        countries: &["IT", "SM", "VA"],
    },
    Region {
        name: "CEE",
        doc: "Central and Eastern Europe inside the EU",
        countries: &["BG", "CZ", "HR", "HU", "PL", "RO", "SI", "SK"],
    },
    Region {
        name: "EU",
        doc: "The 27 member states of the European Union",
        countries: &[
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
            "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
        ],
    },
    Region {
        name: "EEA",
        doc: "European Union, Iceland, Liechtenstein, Norway",
        countries: &[
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
            "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE",
            "SI", "SK",
        ],
    },
    Region { name: "NorthAmerica", doc: "United States and Canada", countries: &["CA", "US"] },
    Region {
        name: "LATAM",
        doc: "Latin America: Mexico, Central and South America",
        countries: &[
            "AR", "BO", "BR", "BZ", "CL", "CO", "CR", "CU", "DO", "EC", "GT", "GY", "HN", "MX",
            "NI", "PA", "PE", "PR", "PY", "SR", "SV", "UY", "VE",
        ],
    },
    Region { name: "ANZ", doc: "Australia and New Zealand", countries: &["AU", "NZ"] },
    Region {
        name: "GCC",
        doc: "Gulf Cooperation Council",
        countries: &["AE", "BH", "KW", "OM", "QA", "SA"],
    },
    Region {
        name: "MENA",
        doc: "Middle East and North Africa",
        countries: &[
            "AE", "BH", "DZ", "EG", "IL", "IQ", "IR", "JO", "KW", "LB", "LY", "MA", "OM", "PS",
            "QA", "SA", "SY", "TN", "YE",
        ],
    },
    Region {
        name: "ASEAN",
        doc: "Association of South-East Asian Nations",
        countries: &["BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN"],
    },
    Region { name: "Japan", doc: "Japan", countries: &["JP"] },
    Region { name: "India", doc: "India", countries: &["IN"] },
    Region {
        name: "GreaterChina",
        doc: "China, Hong Kong, Macao, Taiwan",
        countries: &["CN", "HK", "MO", "TW"],
    },
];

/// The country codes a word stands for: one code, or the countries of a region. Region names are
/// matched without regard to case; none when the word is neither.
#[must_use]
pub fn expand_place(word: &str) -> Option<Vec<&'static str>> {
    let upper = word.to_ascii_uppercase();
    if let Ok(found) = COUNTRIES.binary_search(&upper.as_str()) {
        return Some(vec![COUNTRIES[found]]);
    }
    REGIONS
        .iter()
        .find(|region| region.name.eq_ignore_ascii_case(word))
        .map(|region| region.countries.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_name_known_countries_only() {
        assert!(COUNTRIES.is_sorted());
        for region in REGIONS {
            for code in region.countries {
                assert!(COUNTRIES.contains(code), "{} in {}", code, region.name);
            }
        }
        assert_eq!(expand_place("dach").unwrap(), ["AT", "CH", "DE"]);
        assert_eq!(expand_place("de").unwrap(), ["DE"]);
        assert_eq!(expand_place("Atlantis"), None);
    }
}
