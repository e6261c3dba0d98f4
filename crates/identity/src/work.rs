//! Sharing out work among threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A piece of work that leaves its result where it was told to.
pub(crate) type Task<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Runs all tasks on up to `threads` threads, the first ones first.
pub(crate) fn share_out(threads: usize, tasks: Vec<Task<'_>>) {
    if threads < 2 || tasks.len() < 2 {
        tasks.into_iter().for_each(|task| task());
        return;
    }
    let others = threads.min(tasks.len()) - 1;
    let tasks: Vec<Mutex<Option<Task<'_>>>> =
        tasks.into_iter().map(|task| Mutex::new(Some(task))).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(slot) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let task = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(task) = task {
                task();
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..others {
            scope.spawn(work);
        }
        work();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_runs_once() {
        for threads in [1, 2, 5] {
            let mut sums = vec![0usize; 40];
            let tasks = sums
                .iter_mut()
                .enumerate()
                .map(|(i, sum)| -> Task<'_> { Box::new(move || *sum += i) });
            share_out(threads, tasks.collect());
            assert_eq!(sums, (0..40).collect::<Vec<_>>());
        }
    }
}
