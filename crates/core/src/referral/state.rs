//! The states of a referral.

use crate::text_enum;

text_enum! {
    /// Where a referral stands. The first twelve are the way up; the others are side states, each
    /// entered with a coded reason.
    pub enum ReferralState {
        /// Kept, nothing checked yet.
        Received = "received",
        /// The referrer and the channel are known well enough for this pathway.
        Verified = "verified",
        /// There is a live basis for contact: the person's own opt-in, or a rule with its citation.
        Cleared = "cleared",
        /// Attached to a person and, where known, a company.
        Resolved = "resolved",
        /// Contact fields are looked up and verified.
        Enriched = "enriched",
        /// Has a score with its factors.
        Scored = "scored",
        /// Has an owner, and the clocks run.
        Routed = "routed",
        /// The owner took it.
        Accepted = "accepted",
        /// First contact was made.
        Contacted = "contacted",
        /// A meeting has a date.
        MeetingScheduled = "meeting_scheduled",
        /// The meeting took place.
        MeetingHeld = "meeting_held",
        /// A real need, worth an opportunity.
        Qualified = "qualified",
        /// An opportunity exists.
        Opportunity = "opportunity",
        /// Won.
        Won = "won",
        /// Lost.
        Lost = "lost",
        /// A person must decide first: collision, compliance or review.
        Held = "held",
        /// The same person is already on the way; the referrer keeps their credit.
        Duplicate = "duplicate",
        /// Later, with an owner, a clock and a trigger that brings it back.
        Nurturing = "nurturing",
        /// Never worked.
        Declined = "declined",
        /// Worked, and not possible.
        Failed = "failed",
        /// The meeting was missed.
        NoShow = "no_show",
        /// Somebody asked to cancel; a second step confirms.
        Cancelling = "cancelling",
        /// Cancelled.
        Cancelled = "cancelled",
        /// The person withdrew their consent, or said no.
        Withdrawn = "withdrawn",
        /// The link ran out unanswered.
        Expired = "expired",
    }
}

impl ReferralState {
    /// No way leads out of this state.
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Won
                | Self::Lost
                | Self::Declined
                | Self::Failed
                | Self::Cancelled
                | Self::Withdrawn
                | Self::Expired
                | Self::Duplicate
        )
    }

    /// Still on its way to an owner: no human has worked on it yet.
    pub const fn is_before_owner(self) -> bool {
        matches!(
            self,
            Self::Received
                | Self::Verified
                | Self::Cleared
                | Self::Resolved
                | Self::Enriched
                | Self::Scored
        )
    }

    /// The place on the way up, 0 to 14, for the progress picture; `None` for side states.
    pub fn step(self) -> Option<usize> {
        Self::ALL.iter().position(|&s| s == self).filter(|&place| place <= 14)
    }
}
