//! Shares, their cap, stake, and rules.

mod charge;
mod free;
mod lent;
mod rules;
mod stake;
