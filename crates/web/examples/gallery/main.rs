//! Renders every page with invented data into a folder of static HTML, to look at and to measure.
//!
//! `cargo run -p warmpath-web --example gallery -- /some/folder`, then serve that folder
//! (`python3 -m http.server`) and open `index.html`. Assets are copied beside the pages.

mod figures;
mod frame;
mod house;
mod imports;
mod inbox;
mod lists;
mod outside;
mod pathways;
mod referral;
mod submit;
mod trust;

use askama::Template;
use std::fs;
use std::io;
use std::path::Path;
use warmpath_web::view::STYLESHEET;

/// Pages as (file name without ending, HTML).
type Pages = Vec<(&'static str, String)>;

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/gallery".into());
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let mut pages = Pages::new();
    for section in [
        inbox::pages,
        referral::pages,
        submit::pages,
        outside::pages,
        lists::pages,
        imports::pages,
        trust::pages,
        figures::pages,
        house::pages,
        pathways::pages,
    ] {
        section(&mut pages).map_err(io::Error::other)?;
    }
    let mut index = String::from("<!doctype html><html lang=\"en\"><title>Gallery</title><ul>");
    for (name, html) in &pages {
        fs::write(folder.join(format!("{name}.html")), html)?;
        index.push_str(&format!("<li><a href=\"{name}.html\">{name}</a></li>"));
    }
    fs::write(folder.join("index.html"), index + "</ul></html>")?;
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("assets"), &folder.join("assets"))?;
    fs::write(folder.join("assets/app.css"), STYLESHEET)
}

/// Renders a page and keeps it under a name.
fn keep(pages: &mut Pages, name: &'static str, page: &impl Template) -> askama::Result<()> {
    pages.push((name, page.render()?));
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
