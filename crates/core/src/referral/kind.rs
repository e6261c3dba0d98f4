//! What kind of referral it is and through which door it came.

use crate::text_enum;

text_enum! {
    /// The four types of referral; each has its own evidence.
    pub enum ReferralKind {
        /// A named introduction by somebody who knows both sides.
        Direct = "direct",
        /// Mentioned somewhere: the evidence says where.
        Implied = "implied",
        /// Through something of ours they hold: the evidence says which asset.
        Tangible = "tangible",
        /// Out of a group: the evidence says which.
        Community = "community",
    }
}

text_enum! {
    /// Who the referrer is to us.
    pub enum Origin {
        /// A customer.
        Customer = "customer",
        /// A partner organisation.
        Partner = "partner",
        /// A colleague of ours.
        Colleague = "colleague",
        /// A vendor.
        Vendor = "vendor",
        /// Somebody from a community or network.
        Community = "community",
    }
}

text_enum! {
    /// The door a referral came in by.
    pub enum Door {
        /// The form for members.
        Form = "form",
        /// The partner portal.
        Portal = "portal",
        /// A personal referral link.
        Link = "link",
        /// `POST /v1/referrals`.
        Api = "api",
        /// A CSV file.
        Import = "import",
    }
}
