//! Sees what went over the wire for one call: how often it was sent, the status, the request id and the body.
//!
//! May import: nothing of this crate. Guarantees: holds the bytes of the last attempt only; writes nothing and prints
//! nothing. Whether a hash of the body may be kept is decided by the operation table, not here.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// What was seen of one call.
#[derive(Debug, Clone, Default)]
pub(super) struct Captured {
    pub(super) attempts: u32,
    /// The body of the last attempt that was answered.
    pub(super) body: Option<Vec<u8>>,
    pub(super) request_id: Option<String>,
}

/// An interceptor for exactly one call. Clones share what was seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<Captured>>);

impl Recorder {
    /// Pretends that a body was seen.
    #[cfg(test)]
    pub(super) fn put(&self, body: &[u8]) {
        self.0.lock().unwrap().body = Some(body.to_vec());
    }

    /// What was seen until now; leaves nothing behind.
    pub(super) fn take(&self) -> Captured {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[dyn_dispatch_hint]
impl Intercept for Recorder {
    fn name(&self) -> &'static str {
        "HavenmarkLedger"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut captured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whatever an earlier attempt answered is no answer any more.
        *captured = Captured { attempts: captured.attempts.saturating_add(1), ..Captured::default() };
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let header = |name: &str| response.headers().get(name).map(str::to_owned);
        let mut captured = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        captured.request_id = header("x-amzn-requestid").or_else(|| header("x-amz-request-id"));
        captured.body = response.body().bytes().map(<[u8]>::to_vec);
        Ok(())
    }
}
