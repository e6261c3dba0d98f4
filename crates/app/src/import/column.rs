//! Which header means which field: our own names, HubSpot's labels, Salesforce's labels and API names.

use super::Kind;

/// A field that a column can become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name here.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Headers that mean it, as [`plain`] writes them.
    headers: &'static [&'static str],
}

/// A header without case, blanks and punctuation: `First Name`, `FirstName` and `first_name` are one.
pub fn plain(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The fields of a kind.
pub fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Accounts => ACCOUNTS,
        Kind::Contacts => CONTACTS,
        Kind::Opportunities => OPPORTUNITIES,
        Kind::Referrals => REFERRALS,
        Kind::Members => MEMBERS,
        Kind::Partners => PARTNERS,
    }
}

/// Groups of fields of which one is needed at least.
pub fn required(kind: Kind) -> &'static [&'static [&'static str]] {
    match kind {
        Kind::Accounts => &[&["name"]],
        Kind::Contacts => {
            &[&["name", "given", "family", "email"], &["email", "phone", "external_id", "profile"]]
        }
        Kind::Opportunities => &[&["name"], &["stage"], &["opened_at"]],
        Kind::Referrals => &[&["name", "given", "family"], &["context"]],
        Kind::Members => &[&["name"], &["email"], &["role"]],
        Kind::Partners => &[&["name"], &["domain"]],
    }
}

/// Longest header that could be one of ours, in bytes.
const HEADER_BYTES_MAX: usize = 200;

/// What a header is: `Some("name")` a field, `Some("")` known and left out, `None` unknown.
pub fn recognise(kind: Kind, header: &str) -> Option<&'static str> {
    // A cell of megabytes is no header, and is not read letter by letter to find that out.
    if header.len() > HEADER_BYTES_MAX {
        return None;
    }
    let plain = plain(header);
    let field = fields(kind).iter().find(|f| f.headers.contains(&plain.as_str()));
    match field {
        Some(field) => Some(field.name),
        None if LEFT_OUT.contains(&plain.as_str()) => Some(""),
        None => None,
    }
}

/// The field of this name.
pub fn field(kind: Kind, name: &str) -> Option<&'static Field> {
    fields(kind).iter().find(|f| f.name == name)
}

/// What each column becomes by its header alone; each field once, unknown headers left out.
pub fn by_header(kind: Kind, header: &[String]) -> Vec<(String, String)> {
    // Address books call the form of address a title and the post a job title.
    let address_book = header.iter().any(|name| plain(name) == "jobtitle");
    let mut used = std::collections::BTreeSet::new();
    header
        .iter()
        .map(|name| {
            let form_of_address = address_book && plain(name) == "title";
            let field = recognise(kind, name).filter(|f| !f.is_empty() && !form_of_address);
            let field = field.and_then(|f| places(kind, f).into_iter().find(|f| used.insert(*f)));
            (name.clone(), field.unwrap_or_default().to_owned())
        })
        .collect()
}

/// The fields a column may become: a second telephone column is the second phone.
fn places(kind: Kind, field: &'static str) -> Vec<&'static str> {
    match (kind, field) {
        (Kind::Contacts, "phone") => vec!["phone", "phone_2", "phone_3"],
        (Kind::Contacts, "phone_2") => vec!["phone_2", "phone_3"],
        _ => vec![field],
    }
}

/// Whether the header is that of an address book's export: LinkedIn, Google, Outlook, cards. Their many
/// further columns (birthdays, notes, home addresses) are left out without a question, because nothing
/// of them is wanted.
pub fn is_address_book(header: &[String]) -> bool {
    const SIGNS: [&str; 6] = [
        "connectedon",
        "email1value",
        "email2address",
        "groupmembership",
        "organizationname",
        "vcardversion",
    ];
    header.iter().any(|name| SIGNS.contains(&plain(name).as_str()))
}

/// Headers that nobody here knows, in the order of the file.
pub fn unknown(kind: Kind, header: &[String]) -> Vec<String> {
    let address_book = kind == Kind::Contacts && is_address_book(header);
    let known = |name: &String| recognise(kind, name).is_some() || address_book;
    header.iter().filter(|name| !known(name)).cloned().collect()
}

const fn f(name: &'static str, label: &'static str, headers: &'static [&'static str]) -> Field {
    Field { name, label, headers }
}

const EXTERNAL: &[&str] = &["externalid", "recordid", "id", "sourceid"];
const DOMAIN: &[&str] = &["companydomainname", "domain", "website", "websiteurl", "maildomain"];
const COUNTRY: &[&str] =
    &["country", "countryregion", "billingcountry", "mailingcountry", "billingcountryregion"];
const COMPANY: &[&str] = &[
    "company",
    "companyname",
    "accountname",
    "account",
    "associatedcompany",
    "primaryassociatedcompany",
    "associatedcompanyprimary",
];
const EMAIL: &[&str] =
    &["email", "emailaddress", "workemail", "mail", "email1value", "email1address"];
const PHONE: &[&str] = &[
    "phone",
    "phonenumber",
    "mobile",
    "mobilephone",
    "mobilephonenumber",
    "phone1value",
    "businessphone",
    "primaryphone",
];
const TITLE: &[&str] = &["title", "jobtitle", "role", "position"];

const ACCOUNTS: &[Field] = &[
    f("external_id", "id in the CRM", &["externalid", "recordid", "id", "accountid", "companyid"]),
    f("name", "company name", &["name", "companyname", "accountname", "company"]),
    f("domain", "website or domain", DOMAIN),
    f("status", "status", &["status", "type", "accounttype", "lifecyclestage"]),
    f("unit", "business unit", &["unit", "businessunit", "division"]),
    f("owner", "owner", &["owner", "accountowner", "companyowner", "owneremail"]),
    f("country", "country", COUNTRY),
    f("industry", "industry", &["industry"]),
    f("headcount", "people employed", &["headcount", "employees", "numberofemployees"]),
    f("parent", "parent company", &["parentaccount", "parentcompany", "parent", "ultimateparent"]),
    f("parent_id", "parent company's id", &["parentaccountid", "parentcompanyid", "parentid"]),
];

const CONTACTS: &[Field] = &[
    f("external_id", "id in the CRM", &["externalid", "recordid", "id", "contactid"]),
    f("given", "given name", &["firstname", "givenname"]),
    f("family", "family name", &["lastname", "familyname", "surname"]),
    f("name", "full name", &["name", "fullname", "contactname", "fileas"]),
    f("email", "e-mail", EMAIL),
    f("email_2", "second e-mail", &["email2", "email2value", "email2address", "secondaryemail"]),
    f("email_3", "third e-mail", &["email3", "email3value", "email3address"]),
    f("phone", "phone", PHONE),
    f("phone_2", "second phone", &["phone2value", "homephone", "businessphone2", "phone2"]),
    f("phone_3", "third phone", &["phone3value", "homephone2", "phone3"]),
    f("title", "role", ROLE),
    f("company", "company", EMPLOYER),
    f("country", "country", COUNTRY),
    f("profile", "public profile", PROFILE),
];

/// Roles of contacts: beside a job title, `Title` may be the form of address.
const ROLE: &[&str] =
    &["jobtitle", "title", "role", "position", "organizationtitle", "organization1title"];
const EMPLOYER: &[&str] = &[
    "company",
    "companyname",
    "accountname",
    "account",
    "associatedcompany",
    "primaryassociatedcompany",
    "associatedcompanyprimary",
    "organizationname",
    "organization1name",
    "organization",
];
const PROFILE: &[&str] = &["url", "linkedin", "linkedinurl", "profile", "profileurl"];

const OPPORTUNITIES: &[Field] = &[
    f("external_id", "id in the CRM", &["externalid", "recordid", "id", "opportunityid", "dealid"]),
    f("name", "name", &["name", "opportunityname", "dealname"]),
    f("account", "company", COMPANY),
    f("account_id", "company's id in the CRM", &["accountid", "companyid"]),
    f("contact_name", "contact", &["contact", "contactname", "primarycontact"]),
    f("contact_email", "contact's e-mail", &["contactemail", "primarycontactemail", "email"]),
    f("referrer_name", "who referred it", &["referredby", "referrer", "referrername"]),
    f("referrer_email", "referrer's e-mail", &["referredbyemail", "referreremail"]),
    f("unit", "business unit", &["unit", "businessunit", "division"]),
    f("owner", "owner", &["owner", "opportunityowner", "dealowner", "owneremail"]),
    f("stage", "stage", &["stage", "stagename", "dealstage"]),
    f("lead_source", "lead source", &["leadsource", "originalsource", "source"]),
    f("amount", "amount", &["amount", "amountconverted"]),
    f("currency", "currency", &["currency", "amountcurrency", "currencyisocode"]),
    f("opened_at", "created", &["createddate", "createdate", "created", "openedat"]),
    f("contacted_at", "first activity", &["firstactivitydate", "firstactivity", "contactedat"]),
    f("closed_at", "close date", &["closedate", "closed_at", "closedat"]),
    f("won", "won", &["won", "iswon"]),
    f("closed", "closed", &["closed", "isclosed"]),
];

const REFERRALS: &[Field] = &[
    f("external_id", "id in its source", EXTERNAL),
    f("given", "given name", &["firstname", "givenname"]),
    f("family", "family name", &["lastname", "familyname", "surname"]),
    f("name", "name", &["name", "fullname", "contactname", "prospect"]),
    f("email", "e-mail", EMAIL),
    f("phone", "phone", PHONE),
    f("company", "company", COMPANY),
    f("title", "role", TITLE),
    f("country", "country", COUNTRY),
    f("referrer_name", "who refers", &["referrer", "referrername", "referredby"]),
    f("referrer_email", "referrer's e-mail", &["referreremail", "referredbyemail"]),
    f("referrer_company", "referrer's company", &["referrercompany"]),
    f("origin", "who the referrer is to us", &["origin", "referrertype", "referrerorigin"]),
    f("kind", "type of referral", &["kind", "referraltype", "type"]),
    f("evidence", "evidence of the type", &["evidence"]),
    f("context", "why they should talk", &["context", "words", "notes", "reason"]),
    f("relationship", "how they know each other", &["relationship", "relation"]),
    f("rating", "closeness by the referrer's own rating", &["rating", "closeness"]),
    f("need", "need", &["need"]),
    f("budget", "budget", &["budget"]),
    f("authority", "who decides", &["authority"]),
    f("timing", "when", &["timing"]),
    f("amount", "value", &["amount", "value"]),
    f("currency", "currency", &["currency"]),
    f("language", "language", &["language"]),
    f("consent", "consent (cannot be imported)", CONSENT),
];

/// A consent is the person's own act at our page; a column that claims one is refused row by row.
const CONSENT: &[&str] = &[
    "consent",
    "optin",
    "optedin",
    "gdprconsent",
    "hasconsent",
    "consented",
    "consentat",
    "basis",
];

const MEMBERS: &[Field] = &[
    f("name", "name", &["name", "fullname", "member"]),
    f("email", "e-mail", EMAIL),
    f("role", "role", &["role"]),
    f("title", "title", &["title", "jobtitle"]),
    f("team", "team", &["team"]),
    f("partner", "partner organisation", &["partner", "organisation", "organization"]),
    f("zone", "time zone", &["zone", "timezone"]),
    f("region", "region of holidays", &["region", "holidayregion"]),
];

const PARTNERS: &[Field] = &[
    f("name", "name", &["name", "partner", "partnername", "company", "companyname"]),
    f("domain", "mail domain", DOMAIN),
];

/// Columns of the common exports that say nothing we keep, and those we add beside refused rows.
const LEFT_OUT: &[&str] = &[
    "refusedline",
    "refusedcolumn",
    "refusedcode",
    "refusedhelp",
    "contactowner",
    "leadstatus",
    "lifecyclestage",
    "createdate",
    "createddate",
    "lastmodifieddate",
    "lastactivitydate",
    "marketingcontactstatus",
    "city",
    "billingcity",
    "postalcode",
    "ownerid",
    "age",
    "fiscalperiod",
    "probability",
    "type",
    "phone",
    "phonenumber",
];
