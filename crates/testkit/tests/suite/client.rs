//! The client sends what it was given and keeps what it must.

use std::time::Duration;

use warmpath_testkit::client::{Client, ClientError, Request, raw};

use crate::server::{reply, serve};

#[tokio::test]
async fn cookies_are_kept_and_forms_encoded() {
    let address = serve(|asked| {
        let body = format!("{} {}", asked.head, String::from_utf8_lossy(&asked.body));
        match asked.target.as_str() {
            "/in" => reply(303, "text/plain", "Set-Cookie: s=1; Path=/\r\nLocation: /home\r\n", ""),
            "/out" => reply(200, "text/plain", "Set-Cookie: s=; Max-Age=0\r\n", ""),
            _ => reply(200, "text/plain", "", &body),
        }
    })
    .await;
    let client = Client::new(address);
    let answer = client.get("/in").await.unwrap();
    assert_eq!((answer.status, client.cookie("s").as_deref()), (303, Some("1")));
    let seen = client.post_form("/form", &[("a b", "ä&=")]).await.unwrap().text();
    assert!(seen.contains("s=1") && seen.ends_with("a+b=%C3%A4%26%3D"), "{seen}");
    let home = client.follow(Request::new("GET", "/in")).await.unwrap();
    assert!(home.text().starts_with("GET /home"));
    client.get("/out").await.unwrap();
    assert_eq!(client.cookie("s"), None);
}

#[tokio::test]
async fn what_http_cannot_say_goes_raw() {
    let address = serve(|asked| reply(400, "text/plain", "", &asked.method)).await;
    let odd = Request::new("GET", "/").header("X", b"a\0b");
    assert!(matches!(Client::new(address).send(odd).await, Err(ClientError::Unsayable(_))));
    let wait = Duration::from_secs(20);
    let answer = raw::send(address, b"BAD /\0 HTTP/1.1\r\nX: a\0b\r\n\r\n", wait).await.unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (400, "BAD"));
}
