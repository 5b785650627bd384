//! Tests of a router, with committees of one whose signatures are believed.

mod audit;
mod body;
mod carrying;
mod network;
