//! The one integration binary: the program as its users meet it.

mod cases;
mod demo;
