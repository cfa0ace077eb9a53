//! The one integration binary: the program as its users meet it.

mod cases;
mod house;
mod hygiene;
mod schedule;
