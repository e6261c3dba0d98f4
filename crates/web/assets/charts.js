// Draws the charts of a page: options stand as JSON beside each canvas, colours as token names.
"use strict";
(() => {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  // A canvas cannot resolve light-dark(): read the computed colour of a probe. Classes carry the
  // token, because inline styles are forbidden; setting a property by script is not.
  const token = (name) => {
    probe.style.setProperty("color", `var(--${name})`);
    return getComputedStyle(probe).color;
  };
  const filled = (value) => {
    if (Array.isArray(value)) return value.map(filled);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner)]));
    return typeof value === "string" && value.startsWith("token:") ? token(value.slice(6)) : value;
  };
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const drawn = new Map();

  // On a phone a map keeps its large names only, and smaller points.
  const narrow = (series) => series.data.forEach((point) => {
    if (point.minor) point.label.show = false;
    else if (point.href) point.symbolSize *= 0.6;
  });

  function draw(box, first) {
    const options = filled(JSON.parse(document.getElementById(`${box.id}-options`).textContent));
    if (box.clientWidth < 480) options.series.filter((series) => series.type === "graph").forEach(narrow);
    const chart = drawn.get(box) || echarts.init(box, null, { renderer: "canvas" });
    if (!drawn.has(box)) {
      // A point that stands for a record leads to it.
      chart.on("click", (point) => { if (point.data && point.data.href) location.assign(point.data.href); });
    }
    drawn.set(box, chart);
    chart.setOption({
      animation: first && !still.matches, animationDuration: 200,
      textStyle: { fontFamily: "Inter, system-ui, sans-serif", fontSize: 12, color: token("ink-2") },
      aria: { enabled: false },
      ...options,
      tooltip: { ...(options.tooltip || {}), renderMode: "richText", backgroundColor: token("raised"), borderColor: token("line"), textStyle: { color: token("ink"), fontSize: 12 } },
    }, true);
  }
  const all = (first) => document.querySelectorAll(".chart[id]").forEach((box) => draw(box, first));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    const [id, zoom] = button.dataset.zoom.split(" ");
    const chart = drawn.get(document.getElementById(id));
    if (!chart) return;
    const series = chart.getOption().series[0];
    chart.setOption({ series: [{ zoom: Math.min(12, Math.max(0.4, (series.zoom || 1) * Number(zoom))) }] });
  });
  document.fonts.ready.then(() => all(true));
  document.addEventListener("themechange", () => all(false));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => all(false));
  addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
})();
