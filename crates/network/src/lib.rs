//! Relationship network: tie strength, tiers, warm paths, asks.
