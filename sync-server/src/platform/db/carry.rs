//! Work that is carried through, also where whoever asked for it goes away meanwhile.

use super::DbError;
use std::future::Future;

/// Does `work` in a task of its own. A request may be given up at any await; the driver does not take that in the middle of a `BEGIN` (the
/// connection comes back inside a transaction of which nobody knows, and swallows what others write) nor a commit whose end nobody hears of.
pub(super) async fn carry_through<T: Send + 'static>(
    work: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, DbError> {
    match tokio::spawn(work).await {
        Ok(done) => Ok(done?),
        Err(ended) => match ended.try_into_panic() {
            Ok(cause) => std::panic::resume_unwind(cause),
            Err(_) => Err(DbError::Unavailable(sqlx::Error::PoolClosed)),
        },
    }
}
