//! Statements that travel together: all are sent at the first poll, in order, before any answer is
//! waited for; the answers come back in the same order.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio_postgres::Error;

type Sent<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

enum Place<'a, T> {
    Waiting(Sent<'a, T>),
    Done(Result<T, Error>),
}

/// What has been sent on one connection and not been answered.
pub(crate) struct Line<'a, T> {
    places: Vec<Place<'a, T>>,
}

impl<'a, T> Line<'a, T> {
    pub(crate) fn new() -> Self {
        Self { places: Vec::new() }
    }

    /// Sends one statement. The driver library writes it to the connection's queue when it is
    /// polled for the first time, which happens here and once.
    pub(crate) async fn send(
        &mut self,
        statement: impl Future<Output = Result<T, Error>> + Send + 'a,
    ) {
        let mut sent: Sent<'a, T> = Box::pin(statement);
        let place = poll_fn(|context| {
            Poll::Ready(match sent.as_mut().poll(context) {
                Poll::Ready(answer) => Some(answer),
                Poll::Pending => None,
            })
        })
        .await;
        self.places.push(place.map_or(Place::Waiting(sent), Place::Done));
    }

    /// Whether something could not even be sent.
    pub(crate) fn is_broken(&self) -> bool {
        self.places.iter().any(|place| matches!(place, Place::Done(Err(_))))
    }

    /// All answers, in the order of sending.
    pub(crate) async fn answers(self) -> Vec<Result<T, Error>> {
        let mut answers = Vec::with_capacity(self.places.len());
        for place in self.places {
            answers.push(match place {
                Place::Waiting(sent) => sent.await,
                Place::Done(answer) => answer,
            });
        }
        answers
    }
}
