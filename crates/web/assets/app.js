// Small comforts on top of pages that work without them: keys, copy, theme, dialogs, peek.
"use strict";
(() => {
  const root = document.documentElement;
  const inField = (el) => el && el.closest("input, textarea, select, [contenteditable]");

  // Theme: "light", "dark", or nothing for the system's choice.
  const setTheme = (theme) => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    try { localStorage.setItem("theme", theme); } catch { /* private window */ }
    document.dispatchEvent(new CustomEvent("themechange"));
  };
  try { const kept = localStorage.getItem("theme"); if (kept) root.dataset.theme = kept; } catch { /* none kept */ }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-theme-set], [data-copy], [data-close], [aria-disabled=true], a[data-peek], [data-dialog]");
    if (!target) return;
    if (target.getAttribute("aria-disabled") === "true") return event.preventDefault();
    if ("themeSet" in target.dataset) return setTheme(target.dataset.themeSet);
    if ("copy" in target.dataset) return copy(target);
    if ("close" in target.dataset) return target.closest(".toast, dialog").remove();
    if ("dialog" in target.dataset) return openDialog(event, target);
    if ("peek" in target.dataset) peek(event, target);
  });

  const say = (words) => {
    let region = document.getElementById("news");
    if (region) region.textContent = words;
  };

  async function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    const text = "value" in source ? source.value : source.textContent;
    const word = button.querySelector(".word") || button;
    const before = word.textContent;
    try {
      await navigator.clipboard.writeText(text.trim());
      word.textContent = "Copied";
      say("Copied");
    } catch {
      getSelection().selectAllChildren(source);
      word.textContent = "Selected, press Ctrl C";
    }
    setTimeout(() => { word.textContent = before; }, 3000);
  }

  // A question that cannot be undone: the link's page, shown in place.
  async function openDialog(event, link) {
    if (!window.HTMLDialogElement || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const answer = await fetch(link.href, { credentials: "same-origin" });
    const card = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".dialog");
    if (!answer.ok || !card) { location.href = link.href; return; }
    const dialog = document.createElement("dialog");
    dialog.append(card);
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    document.body.append(dialog);
    dialog.showModal();
  }

  // The peek beside a list; on narrow screens the link opens the record itself.
  const wide = matchMedia("(min-width: 1200px)");
  function peek(event, link) {
    if (!wide.matches || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!document.getElementById("peek")) { location.assign(link.dataset.peek); return; }
    document.querySelectorAll("tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
    link.closest("tr").setAttribute("aria-current", "true");
    htmx.ajax("GET", link.dataset.peek, { target: "#peek", select: "#peek", swap: "outerHTML" });
    history.replaceState(null, "", link.dataset.peek);
  }

  // Keys: "/" search, J and K rows, "?" the list, one letter for the main actions.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    }
    if (inField(event.target) || event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === "off") return;
    if (event.key === "/") { const box = document.getElementById("search"); if (box && box.offsetParent) { event.preventDefault(); box.focus(); } return; }
    if (event.key === "?") { const list = document.getElementById("keys-link"); if (list) list.click(); return; }
    if (event.key === "j" || event.key === "k") return moveRow(event.key === "j" ? 1 : -1);
    const letter = event.key.length === 1 ? event.key.toUpperCase() : "";
    const action = letter && [...document.querySelectorAll(`[aria-keyshortcuts="${CSS.escape(letter)}"]`)].find((one) => one.offsetParent);
    if (action) { event.preventDefault(); action.click(); }
  });
  function moveRow(step) {
    const links = [...document.querySelectorAll("a[data-row]")].filter((one) => one.offsetParent);
    const here = links.indexOf(document.activeElement);
    const next = links[Math.max(0, Math.min(links.length - 1, here + step))];
    if (next) next.focus();
  }

  document.addEventListener("toggle", (event) => {
    if (!event.target.matches("details.menu") || !event.target.open) return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== event.target) menu.open = false; });
  }, true);
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // Letters left in a text, and a busy word on the button that was pressed.
  document.addEventListener("input", (event) => {
    const count = event.target.maxLength > 0 && document.getElementById(`${event.target.id}-count`);
    if (count) count.textContent = `${event.target.value.length.toLocaleString("en-GB")} of ${event.target.maxLength.toLocaleString("en-GB")}`;
  });
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !button.dataset.busy) return;
    const word = button.querySelector(".word") || button;
    setTimeout(() => { word.textContent = button.dataset.busy; button.setAttribute("aria-disabled", "true"); });
  });

  // Choosing all rows of a table at once.
  document.addEventListener("change", (event) => {
    if (!event.target.dataset.all) return;
    document.querySelectorAll(`input[name="${CSS.escape(event.target.dataset.all)}"]`).forEach((box) => { box.checked = event.target.checked; });
  });

  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
  document.querySelectorAll(".toast").forEach((toast) => {
    let timer = setTimeout(() => toast.remove(), 5000);
    const stop = () => clearTimeout(timer);
    const go = () => { stop(); timer = setTimeout(() => toast.remove(), 5000); };
    toast.addEventListener("pointerenter", stop); toast.addEventListener("focusin", stop);
    toast.addEventListener("pointerleave", go); toast.addEventListener("focusout", go);
  });

  // Live updates say only what changed: rows are marked, never moved under the pointer.
  const feed = document.querySelector("meta[name=live-updates]");
  if (feed && window.EventSource) {
    const source = new EventSource(feed.content);
    let fresh = 0;
    source.addEventListener("changed", (event) => {
      const row = document.getElementById(`row-${event.data}`);
      if (row) { row.classList.add("changed"); return; }
      const note = document.getElementById("fresh");
      if (note) { fresh += 1; note.hidden = false; note.querySelector(".word").textContent = `${fresh} new, show`; }
    });
  }
})();
