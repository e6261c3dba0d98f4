//! The states of the three tracks, and of what follows a delivery.

use crate::text_enum;

text_enum! {
    /// Where the request stands. The first eight are the way up; the others are side states.
    pub enum RequestState {
        /// Being written.
        Draft = "draft",
        /// Handed in; waits for screening.
        Submitted = "submitted",
        /// Somebody of the programme looked at it, or none has to.
        Screened = "screened",
        /// The connector is asked.
        Offered = "offered",
        /// The connector is willing; the target is asked or about to be.
        Arranging = "arranging",
        /// Both said yes.
        Deliverable = "deliverable",
        /// The introduction was made.
        Delivered = "delivered",
        /// What became of it is known.
        Closed = "closed",
        /// Somebody said no: the screener, the connector or the target.
        Declined = "declined",
        /// Somebody was silent, or a step ran out of time.
        Expired = "expired",
        /// Taken back before it was delivered.
        Withdrawn = "withdrawn",
        /// Goes on with the next connector of the shortlist.
        Rerouted = "rerouted",
    }
}

text_enum! {
    /// Where the connector stands.
    pub enum ConnectorState {
        /// Not asked.
        Unasked = "unasked",
        /// Asked by role, industry, size and topic only.
        AskedBlind = "asked_blind",
        /// Willing in principle; was told the name.
        AskedNamed = "asked_named",
        /// Knows the name and takes time.
        Deciding = "deciding",
        /// Will ask the target.
        Yes = "yes",
        /// Would rather not. Costs nothing.
        No = "no",
        /// Did not answer in time. Not a no, and not our cancellation.
        Silent = "silent",
    }
}

text_enum! {
    /// Where the target stands.
    pub enum TargetState {
        /// Not asked.
        Unasked = "unasked",
        /// The connector asked them.
        Proposed = "proposed",
        /// Takes time.
        Deciding = "deciding",
        /// Wants to be introduced.
        Yes = "yes",
        /// Does not.
        No = "no",
        /// Did not answer in time.
        Silent = "silent",
    }
}

text_enum! {
    /// What came after the delivery.
    pub enum Outcome {
        /// Nothing known yet.
        Open = "open",
        /// A time was proposed.
        MeetingProposed = "meeting_proposed",
        /// The meeting was missed.
        NoShow = "no_show",
        /// They met.
        MeetingHeld = "meeting_held",
        /// An opportunity exists.
        Opportunity = "opportunity",
        /// Won.
        Won = "won",
        /// Lost.
        Lost = "lost",
        /// Nothing came of it.
        NothingCame = "nothing_came",
    }
}

text_enum! {
    /// How much of themselves the requester lets the target see before the target's yes.
    pub enum Reveal {
        /// Role and trade only.
        Nothing = "nothing",
        /// The company too.
        Company = "company",
        /// Name and company.
        Name = "name",
    }
}

text_enum! {
    /// One of the two who must say yes.
    pub enum Side {
        /// The one who introduces.
        Connector = "connector",
        /// The one to be met.
        Target = "target",
    }
}

impl RequestState {
    /// No way leads out of this state that would touch a person again.
    pub const fn is_over(self) -> bool {
        matches!(
            self,
            Self::Closed | Self::Declined | Self::Expired | Self::Withdrawn | Self::Rerouted
        )
    }

    /// On its way to a delivery.
    pub const fn is_before_delivery(self) -> bool {
        matches!(
            self,
            Self::Draft
                | Self::Submitted
                | Self::Screened
                | Self::Offered
                | Self::Arranging
                | Self::Deliverable
        )
    }
}

impl ConnectorState {
    /// An ask that lies with the connector and counts against their cap.
    pub const fn is_open_ask(self) -> bool {
        matches!(self, Self::AskedBlind | Self::AskedNamed | Self::Deciding)
    }
}
