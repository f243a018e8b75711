//! Bodies that come over a slow line: what counts is whether they come, not how long it takes.

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use duka_sync::SLOWEST_LINE;
use std::{future::poll_fn, pin::Pin, time::Duration};
use tokio::time::{Instant, timeout, timeout_at};

/// How long to wait for a request's body, and then for its answer.
#[derive(Clone, Copy, Debug)]
pub struct Slow {
    /// So long nothing of the body may come.
    pub silence: Duration,
    /// So long the answer may take once the body is here.
    pub answer: Duration,
    /// So large a body may be.
    pub most: usize,
}

impl Slow {
    /// When a body is given up of which so many bytes have come: when it is silent, or all in all slower than the slowest line. So who sends a
    /// byte now and then keeps no connection for hours.
    fn until(self, began: Instant, last: Instant, received: usize) -> Instant {
        let on_the_way = Duration::from_secs(u64::try_from(received).unwrap_or(u64::MAX) / SLOWEST_LINE);
        (last + self.silence).min(began + self.silence.saturating_add(on_the_way))
    }
}

/// Reads the whole body before anything is done with the request, and limits either by itself.
pub async fn read_slowly(State(slow): State<Slow>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let told = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|told| told > slow.most) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let read = match read(slow, body).await {
        Ok(read) => read,
        Err(status) => return status.into_response(),
    };
    let answered = timeout(slow.answer, next.run(Request::from_parts(parts, Body::from(read)))).await;
    answered.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

async fn read(slow: Slow, mut body: Body) -> Result<Bytes, StatusCode> {
    let began = Instant::now();
    let (mut last, mut read) = (began, Vec::new());
    loop {
        let frame = timeout_at(slow.until(began, last, read.len()), poll_fn(|cx| Pin::new(&mut body).poll_frame(cx))).await;
        let Some(frame) = frame.map_err(|_| StatusCode::REQUEST_TIMEOUT)? else { return Ok(read.into()) };
        let Ok(data) = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data() else { continue };
        if read.len().saturating_add(data.len()) > slow.most {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        if !data.is_empty() {
            read.extend_from_slice(&data);
            last = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a body of `size` that comes `at_once` bytes at a time, so many milliseconds apart, is heard to its end.
    fn comes(size: usize, at_once: usize, apart: u64) -> bool {
        let slow = Slow { silence: Duration::from_secs(60), answer: Duration::ZERO, most: size };
        let began = Instant::now();
        let (mut now, mut received) = (began, 0);
        while received < size {
            let next = now + Duration::from_millis(apart);
            if next > slow.until(began, now, received) {
                return false;
            }
            (now, received) = (next, received + at_once);
        }
        true
    }

    #[test]
    fn a_message_takes_as_long_as_a_slow_line_needs_and_one_that_stops_or_trickles_is_given_up() {
        assert!(comes(1 << 20, 2_000, 1_000), "nine minutes at two kilobytes a second");
        assert!(comes(4 << 20, 600, 1_000), "two hours");
        assert!(comes(64 << 10, 30_000, 50_000), "in bursts");
        assert!(!comes(1 << 20, 1, 30_000), "a byte each half minute");
        assert!(!comes(1 << 20, 1 << 19, 61_000), "silence");
    }
}
