//! Funnels, intervals and attribution.
