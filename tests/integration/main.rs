//! The one integration binary: the program as its users meet it.

mod cases;
mod house;
mod hygiene;
#[cfg(feature = "live")]
mod moto;
#[cfg(feature = "live")]
mod proxy;
