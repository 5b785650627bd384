mod changes;
mod crashes;
mod damage;
mod faults;
mod model;
mod proofs;
mod shapes;
mod versions;
