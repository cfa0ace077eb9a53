//! One integration binary: it links once.

#[cfg(feature = "live")]
mod moto;
#[cfg(feature = "live")]
mod proxy;
