//! Connections, and what they are worth to a stranger: there are only so many, and one over which nothing is asked is closed.

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    serve::Listener,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tower::ServiceExt;

/// What connections are allowed.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// At the same time (I11); who comes then waits to be accepted.
    pub most: usize,
    /// So long it may take until a request's head is there: from the beginning, and from the answer before.
    pub quiet: Duration,
    /// So long those that are at it when the server stops may go on.
    pub patience: Duration,
}

impl Limits {
    /// With TLS's handshakes, the database and the files these fit into the 1,024 open files that a process has by default; and a connection that
    /// is kept for later outlives the minute for which proxies keep theirs.
    pub const fn new(patience: Duration) -> Self {
        Self { most: 640, quiet: Duration::from_secs(75), patience }
    }
}

/// Answers whoever connects until it is told to stop, and then what was asked before.
pub async fn answer<L>(mut listener: L, app: Router, limits: Limits, stop: impl Future<Output = ()>)
where
    L: Listener<Addr = SocketAddr>,
{
    let places = Arc::new(Semaphore::new(limits.most));
    let (stopping, stopped) = watch::channel(());
    let (mut connections, mut stop) = (JoinSet::new(), pin!(stop));
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, (stream, from)) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        // Those that ended are let go.
        while connections.try_join_next().is_some() {}
        connections.spawn(serve(TokioIo::new(stream), from, app.clone(), limits.quiet, stopped.clone(), place));
    }
    drop(listener);
    drop(stopping);
    // Every request ends by its own time limit.
    if timeout(limits.patience, async { while connections.join_next().await.is_some() {} }).await.is_err() {
        tracing::warn!(connections = connections.len(), "some connections did not end by themselves and are cut");
        connections.shutdown().await;
    }
}

async fn serve<S>(
    stream: S,
    from: SocketAddr,
    app: Router,
    quiet: Duration,
    mut stopped: watch::Receiver<()>,
    _place: Option<OwnedSemaphorePermit>,
) where
    S: hyper::rt::Read + hyper::rt::Write + Unpin,
{
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(from));
        app.clone().oneshot(request)
    });
    let mut builder = http1::Builder::new();
    let mut connection = pin!(builder.timer(TokioTimer::new()).header_read_timeout(quiet).serve_connection(stream, service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        // The sender is dropped when the server stops.
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(fault) = ended {
        tracing::debug!(%from, %fault, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
        sync::oneshot,
    };

    const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    /// Nobody gets as far as this.
    const LONG: Duration = Duration::from_secs(60);

    async fn started(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let here = Arc::new(AtomicUsize::new(0));
        // How many are at it at once, once each of them had the time to come.
        let count = get(async move || {
            let mut most = here.fetch_add(1, Ordering::SeqCst) + 1;
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
                most = most.max(here.load(Ordering::SeqCst));
            }
            here.fetch_sub(1, Ordering::SeqCst);
            most.to_string()
        });
        let app = Router::new().route("/", count).route("/never", get(std::future::pending::<()>));
        let (stop, told) = oneshot::channel();
        let task = tokio::spawn(answer(listener, app, limits, async { drop(told.await) }));
        (address, stop, task)
    }

    /// What is answered until the other side closes the connection.
    async fn heard(mut stream: TcpStream) -> String {
        let mut text = String::new();
        timeout(LONG, stream.read_to_string(&mut text)).await.expect("the connection stays").unwrap_or_default();
        text
    }

    async fn asking(address: SocketAddr, text: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text).await.unwrap();
        stream
    }

    #[tokio::test]
    async fn a_connection_over_which_nothing_is_asked_is_closed() {
        let limits = Limits { most: 8, quiet: Duration::from_millis(50), patience: LONG };
        let (address, _stop, _) = started(limits).await;
        assert_eq!(heard(asking(address, b"").await).await, "");
        assert_eq!(heard(asking(address, b"GET / HTTP/1.1\r\nhost: ").await).await, "");
        let kept = heard(asking(address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await).await;
        assert!(kept.ends_with("\r\n1"), "{kept}");
    }

    #[tokio::test]
    async fn there_are_never_more_connections_than_may_be_and_whoever_waits_is_heard_in_the_end() {
        let (address, _stop, _) = started(Limits { most: 2, quiet: LONG, patience: LONG }).await;
        let asked: Vec<_> = (0..8).map(|_| tokio::spawn(async move { heard(asking(address, ASK).await).await })).collect();
        for answer in asked {
            let answer = answer.await.unwrap();
            let at_once: usize = answer.rsplit("\r\n").next().unwrap().parse().unwrap();
            assert!((1..=2).contains(&at_once), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_connection_that_does_not_end_is_cut_when_the_server_stops() {
        let (address, stop, task) = started(Limits { most: 8, quiet: LONG, patience: Duration::from_millis(50) }).await;
        let waiting = asking(address, b"GET /never HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(heard(asking(address, ASK).await).await.ends_with("\r\n1"));
        stop.send(()).unwrap();
        assert_eq!(heard(waiting).await, "");
        task.await.unwrap();
    }
}
