//! Bytes as they are, for requests that no client library would send.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{ClientError, Response};

/// Longest answer that is kept, bytes.
const ANSWER_MAX: usize = 16 << 20;

/// Sends bytes on a connection of their own and reads one answer. The status is 0 when the server
/// closed the connection without one.
///
/// # Errors
/// [`ClientError::Connection`] when it cannot be reached, [`ClientError::Silent`] when it neither
/// answers nor closes in time.
pub async fn send(
    address: SocketAddr,
    bytes: &[u8],
    within: Duration,
) -> Result<Response, ClientError> {
    let exchange = async {
        let broken = |error: std::io::Error| ClientError::Connection(error.to_string());
        let stream = TcpStream::connect(address).await.map_err(broken)?;
        let (mut reader, mut writer) = stream.into_split();
        // A server that has heard enough answers and closes while we still write; what it said
        // counts, not that it stopped listening.
        let write = async {
            let _ = writer.write_all(bytes).await;
            std::future::pending::<()>().await;
        };
        let read = async {
            let mut read = Vec::new();
            let mut chunk = vec![0; 16 << 10];
            while !is_whole(&read) && read.len() < ANSWER_MAX {
                match reader.read(&mut chunk).await {
                    Ok(0) | Err(_) => break,
                    Ok(count) => read.extend_from_slice(&chunk[..count]),
                }
            }
            read
        };
        tokio::select! {
            () = write => Ok(Vec::new()),
            read = read => Ok(read),
        }
    };
    match tokio::time::timeout(within, exchange).await {
        Ok(read) => Ok(parse(&read?)),
        Err(_) => Err(ClientError::Silent),
    }
}

/// True when the bytes hold a head and, where its length is stated, the whole body.
fn is_whole(read: &[u8]) -> bool {
    let Some(head) = head_end(read) else {
        return false;
    };
    let answer = parse(&read[..head]);
    if answer.header("transfer-encoding").is_some() {
        return read.ends_with(b"0\r\n\r\n");
    }
    let length = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
    match (answer.status, length) {
        (204 | 304, _) => true,
        (_, Some(length)) => read.len() >= head + length,
        // No length: the body ends with the connection.
        (_, None) => false,
    }
}

fn head_end(read: &[u8]) -> Option<usize> {
    read.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4)
}

fn parse(read: &[u8]) -> Response {
    let end = head_end(read).unwrap_or(read.len());
    let head = String::from_utf8_lossy(&read[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    Response {
        status: status.and_then(|status| status.parse().ok()).unwrap_or(0),
        headers: lines.filter_map(header).collect(),
        body: read[end..].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_body_is() {
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"));
        assert!(is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"));
        assert!(is_whole(b"HTTP/1.1 204 No Content\r\n\r\n"));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\n"));
        assert_eq!(parse(b"").status, 0);
    }
}
