//! The one integration binary: the program as its users meet it.

mod cases;
//! One integration binary: it links once.

#[cfg(feature = "live")]
mod moto;
#[cfg(feature = "live")]
mod proxy;
mod house;
mod hygiene;
