//! The browser driver on pages made to catch it. These tests need Chromium; like all such tests
//! they are named journeys, so that they can be left out by choice.

use warmpath_testkit::browser::{Browser, BrowserError, Theme, css, describe, label, role, text};

use crate::server::{Asked, reply, serve};

const FORM: &str = r#"<!doctype html><html lang="en"><head><title>Form</title></head><body><main>
<h1>Hand over</h1><form method="post" action="/sent">
<p><label for="mail">E-mail</label> <input id="mail" name="mail" type="email"></p>
<p><label><input type="checkbox" name="agree" value="yes"> They know</label></p>
<p><label for="kind">Kind</label> <select id="kind" name="kind"><option value="d">Direct</option>
<option value="i">Implied</option></select></p>
<p><label for="day">Day</label> <input id="day" name="day" type="date"></p>
<button>Send</button></form><p id="late"></p>
<script src="/late.js"></script></main></body></html>"#;

const BROKEN: &str = r#"<!doctype html><html lang="en"><head><title>Broken</title></head>
<body><main><h1>Broken</h1><img src="/none.png"><img src="http://127.0.0.1:9/x.png" alt="x">
<script>alert(1)</script><script src="/bad.js"></script></main></body></html>"#;

fn answer(asked: &Asked) -> String {
    let policy = "Content-Security-Policy: default-src 'none'; script-src 'self'; img-src *\r\n";
    let body = String::from_utf8_lossy(&asked.body).into_owned();
    match asked.target.as_str() {
        "/" => reply(200, "text/html", policy, FORM),
        "/sent" => reply(422, "text/html", policy, &format!("<title>Sent</title><p>{body}</p>")),
        "/late.js" => reply(
            200,
            "text/javascript",
            "",
            "setTimeout(() => { \
            late.textContent = matchMedia('(prefers-color-scheme: dark)').matches \
            ? 'Dark and late' : 'Late' }, 300)",
        ),
        "/broken" => reply(200, "text/html", policy, BROKEN),
        "/bad.js" => reply(200, "text/javascript", "", "console.error('oh'); missing()"),
        "/favicon.ico" => reply(200, "image/x-icon", "", ""),
        _ => reply(404, "text/plain", "", "no"),
    }
}

#[tokio::test]
async fn journeys_fill_a_form_with_and_without_scripts() {
    let address = serve(answer).await;
    let browser = Browser::start().await.unwrap();
    for scripts in [true, false] {
        let page = browser.visitor().await.unwrap();
        page.set_scripts(scripts).await.unwrap();
        page.set_viewport(390, 844).await.unwrap();
        assert_eq!(page.goto(&format!("http://{address}/")).await.unwrap(), 200);
        page.type_text(&label("E-mail"), "pat.lee+x@prospect.example").await.unwrap();
        page.check(&label("They know"), true).await.unwrap();
        page.select(&label("Kind"), "Implied").await.unwrap();
        page.type_text(&label("Day"), "2026-05-18").await.unwrap();
        let wrong = page.select(&label("Kind").within(css("form")), "Implied").await;
        assert!(wrong.is_ok());
        assert_eq!(describe(&page.axe().await.unwrap()), "");
        page.click(&role("button", "Send")).await.unwrap();
        assert_eq!(page.title().await.unwrap(), "Sent");
        let sent = page.text(&css("p")).await.unwrap();
        assert_eq!(sent, "mail=pat.lee%2Bx%40prospect.example&agree=yes&kind=i&day=2026-05-18");
        page.assert_clean().unwrap();
    }
}

#[tokio::test]
async fn journeys_wait_for_what_comes_late_and_see_the_theme() {
    let address = serve(answer).await;
    let browser = Browser::start().await.unwrap();
    let page = browser.visitor().await.unwrap();
    page.set_theme(Theme::Dark).await.unwrap();
    page.goto(&format!("http://{address}/")).await.unwrap();
    page.wait_for(&text("Dark and late")).await.unwrap();
    page.press("Tab").await.unwrap();
    assert_eq!(page.focused().await.unwrap(), "textbox “E-mail”");
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("page.png");
    page.screenshot(&picture, true).await.unwrap();
    assert!(std::fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
    page.set_cookie(&format!("http://{address}/"), "s", "1").await.unwrap();
    assert_eq!(page.cookies().await.unwrap()[0].name, "s");
    let other = browser.visitor().await.unwrap();
    other.goto(&format!("http://{address}/")).await.unwrap();
    assert!(other.cookies().await.unwrap().is_empty(), "visitors share nothing");
}

#[tokio::test]
async fn journeys_collect_what_the_browser_complains_about() {
    let address = serve(answer).await;
    let browser = Browser::start().await.unwrap();
    let page = browser.visitor().await.unwrap();
    page.goto(&format!("http://{address}/broken")).await.unwrap();
    let found = page.findings();
    assert!(found.console.iter().any(|line| line.contains("oh")), "{found}");
    assert!(found.console.iter().any(|line| line.contains("missing")), "{found}");
    assert!(found.console.iter().any(|line| line.contains("/none.png")), "{found}");
    assert!(found.policy.iter().any(|line| line.contains("script-src")), "{found}");
    assert!(found.foreign.iter().any(|line| line.contains("127.0.0.1:9")), "{found}");
    assert!(found.dialogs.is_empty(), "the policy keeps the dialog away");
    assert!(matches!(page.assert_clean(), Err(BrowserError::NotClean(_))));
    let violations = page.axe().await.unwrap();
    assert!(violations.iter().any(|violation| violation.rule == "image-alt"), "{violations:?}");
    let _ = page.take_findings();
    page.script("alert('x')").await.unwrap();
    assert_eq!(page.findings().dialogs, ["x"]);
    let nowhere = page.goto("http://127.0.0.1:9/").await;
    assert!(matches!(nowhere, Err(BrowserError::Navigation { .. })), "{nowhere:?}");
}
