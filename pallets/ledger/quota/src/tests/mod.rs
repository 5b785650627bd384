//! Shares, their cap, stake, sponsors, and rules.

mod charge;
mod free;
mod lent;
mod rules;
mod sponsors;
mod sponsors_random;
mod stake;
