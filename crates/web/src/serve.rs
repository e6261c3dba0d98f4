//! Takes connections. What a handler cannot bound is bounded here: how long a head may take, how
//! large it may be, and how many callers are held at once.
//!
//! A caller who sends a head byte by byte holds a place for some seconds and nothing else; when all
//! places are taken, new callers wait in the system's queue.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt as _;
use warmpath_core::limits;

/// After a stop was asked for, answers under way get this long.
const FINISH_SECONDS: u64 = 30;

/// After a failed accept (no file handles left, in most cases) it is tried again after this long.
const ACCEPT_AGAIN_MS: u64 = 100;

/// Serves until told to stop, then finishes what it has.
///
/// # Errors
/// When the listener is no longer one.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(limits::CONNECTIONS_MAX));
    let (tell, told) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        open.spawn(connection(stream, peer, router.clone(), told.clone(), place));
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    // Nobody listening any more means that nothing is open.
    let _ = tell.send(true);
    let finish = async { while open.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(Duration::from_secs(FINISH_SECONDS), finish).await;
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            tracing::warn!(kind = %error.kind(), "a connection could not be taken");
            tokio::time::sleep(Duration::from_millis(ACCEPT_AGAIN_MS)).await;
            None
        }
    }
}

/// One connection, until either side has enough. What goes wrong on it is the caller's business.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut told: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        async move {
            let Ok(response) = router.oneshot(request).await;
            Ok::<_, Infallible>(response)
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(limits::HEAD_SECONDS_MAX as u64))
        .max_buf_size(limits::HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    let mut served = std::pin::pin!(served);
    tokio::select! {
        _ = &mut served => return,
        _ = told.wait_for(|stop| *stop) => {}
    }
    served.as_mut().graceful_shutdown();
    let _ = served.await;
}
