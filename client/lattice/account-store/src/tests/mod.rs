// Versions and sizes of tests are small.
#![allow(clippy::cast_possible_truncation)]

mod adversary;
mod buckets;
mod changes;
mod crashes;
mod damage;
mod faults;
mod model;
mod proofs;
mod shapes;
mod transfer;
mod versions;
