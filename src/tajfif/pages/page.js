"use strict";
// One page, four views of one graph: flow, graph, timeline and table, which filter each other. Everything shown is text of the data,
// set with textContent; nothing is fetched.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const nodes = new Map(data.nodes.map((node) => [node.id, node]));
  const PAGE = 100;
  const state = { lang: data.lang, search: "", from: null, to: null, node: null, edge: null, finding: null, sort: "time", down: false, page: 0 };
  const app = document.getElementById("app");
  let graph = null;
  let layout = "cose";

  const word = (key) => (data.words[state.lang] || {})[key] || key;
  const rightToLeft = () => state.lang === "ar";
  const locale = () => (rightToLeft() ? "ar-u-nu-latn" : "en-GB");
  const timeOf = (edge) => (edge.time ? Date.parse(edge.time) : NaN);
  const label = (id) => (nodes.get(id) || { label: id }).label;
  const hasTime = data.edges.some((edge) => edge.time);
  const hasAmount = data.edges.some((edge) => edge.amount !== null);

  function element(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(properties)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (key in made && key !== "list") made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  function drawn(tag, attributes = {}, text = "") {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  }

  const day = (time) => (Number.isNaN(time) ? "" : new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(time));
  const isolated = (text) => `\u2068${text}\u2069`;
  const number = (value) => new Intl.NumberFormat(locale()).format(value);
  const money = (edge) => (edge.amount === null ? "" : `${edge.text} ${edge.currency}`);
  const when = (edge) => (edge.time ? `${day(timeOf(edge))} ${edge.time.slice(11, 16)}` : "");
  const said = (edge) => [money(edge), edge.amount === null ? edge.label : "", day(timeOf(edge))].filter(Boolean).join(" · ");

  // ── which edges are shown ────────────────────────────────────────────────────────────────────────────────────────────
  function matches(edge, { ignoreTime = false } = {}) {
    const time = timeOf(edge);
    if (!ignoreTime && state.from !== null && !Number.isNaN(time) && (time < state.from || time > state.to)) return false;
    if (state.node !== null && edge.source !== state.node && edge.target !== state.node) return false;
    if (state.edge !== null && edge.id !== state.edge) return false;
    if (state.finding !== null && !findingEdges.get(state.finding).has(edge.id)) return false;
    if (!state.search) return true;
    const text = [label(edge.source), label(edge.target), edge.source, edge.target, edge.label, money(edge), ...edge.transactions];
    return text.join("\n").toLocaleLowerCase().includes(state.search.toLocaleLowerCase());
  }
  const findingEdges = new Map((data.findings || []).map((finding) => [finding.id, new Set(finding.edges)]));
  const visibleEdges = (options) => data.edges.filter((edge) => matches(edge, options));

  function select(changes) {
    Object.assign(state, changes, { page: "page" in changes ? changes.page : 0 });
    refresh();
  }
  const toggle = (key, value) => select({ [key]: state[key] === value ? null : value });

  // ── flow: a column for each hop, so that what comes back to an account stands to the right of where it began ──────────
  function hops() {
    const known = new Map();
    const step = data.direction === "backward" ? -1 : 1;
    const places = data.edges.map((edge) => {
      if (edge.hop !== null) return step > 0 ? [edge.hop - 1, edge.hop] : [-edge.hop, 1 - edge.hop];
      return null;
    });
    if (places.some((place) => place === null)) {
      const order = data.edges.map((edge, at) => at).sort((a, b) => (timeOf(data.edges[a]) || 0) - (timeOf(data.edges[b]) || 0));
      const targets = new Set(data.edges.map((edge) => edge.target));
      for (const node of data.nodes) if (node.designated || !targets.has(node.id)) known.set(node.id, 0);
      for (const at of order) {
        if (places[at] !== null) continue;
        const { source, target } = data.edges[at];
        const column = known.get(source) ?? 0;
        places[at] = [column, Math.min(column + 1, 12)];
        if (!known.has(target)) known.set(target, Math.min(column + 1, 12));
      }
    }
    return places;
  }
  const columns = hops();

  function drawFlow(box) {
    box.replaceChildren();
    const bands = new Map();
    data.edges.forEach((edge, at) => {
      if (edge.amount === null || !matches(edge)) return;
      const [from, to] = columns[at];
      const key = JSON.stringify([from, edge.source, to, edge.target, edge.currency]);
      const band = bands.get(key) || { from, to, source: edge.source, target: edge.target, currency: edge.currency, amount: 0, edges: [] };
      band.amount += edge.amount;
      band.edges.push(edge);
      bands.set(key, band);
    });
    if (!bands.size) return box.append(element("p", { className: "hint", textContent: word("no_data") }));
    const most = {};
    for (const band of bands.values()) most[band.currency] = Math.max(most[band.currency] || 0, band.amount);
    const stops = new Map();
    const stop = (column, id) => {
      const key = JSON.stringify([column, id]);
      if (!stops.has(key)) stops.set(key, { column, id, in: 0, out: 0 });
      return stops.get(key);
    };
    for (const band of bands.values()) {
      band.width = 1.5 + 30 * (band.amount / most[band.currency]);
      band.start = stop(band.from, band.source);
      band.end = stop(band.to, band.target);
      band.start.out += band.width;
      band.end.in += band.width;
    }
    const byColumn = new Map();
    for (const one of stops.values()) byColumn.set(one.column, [...(byColumn.get(one.column) || []), one]);
    const order = [...byColumn.keys()].sort((a, b) => a - b);
    const step = Math.max(210, Math.min(330, (box.clientWidth || 900) / Math.max(order.length, 2)));
    let height = 0;
    const centre = new Map();
    order.forEach((column, place) => {
      const rows = byColumn.get(column);
      for (const one of rows) {
        const before = [...bands.values()].filter((band) => band.end === one).map((band) => centre.get(band.start)).filter((y) => y !== undefined);
        one.wish = before.length ? before.reduce((a, b) => a + b, 0) / before.length : 1e6 - Math.max(one.in, one.out);
      }
      rows.sort((a, b) => a.wish - b.wish);
      let y = 26;
      for (const one of rows) {
        one.x = 8 + place * step;
        one.y = y;
        one.height = Math.max(one.in, one.out, 4);
        centre.set(one, y + one.height / 2);
        y += Math.max(one.height, 16) + 10;
      }
      height = Math.max(height, y);
    });
    const width = 8 + (order.length - 1) * step + 200;
    const picture = drawn("svg", { width, height: height + 6, viewBox: `0 0 ${width} ${height + 6}`, role: "img", "aria-label": word("flow") });
    order.forEach((column, place) => picture.append(drawn("text", { x: 8 + place * step, y: 14, class: "quiet" }, `${word("hop")} ${column}`)));
    const used = new Map();
    const take = (one, side, amount) => {
      const key = side + stopKey(one);
      const at = used.get(key) || 0;
      used.set(key, at + amount);
      return one.y + at + amount / 2;
    };
    const stopKey = (one) => JSON.stringify([one.column, one.id]);
    for (const band of [...bands.values()].sort((a, b) => a.end.y - b.end.y || a.start.y - b.start.y)) {
      const x1 = band.start.x + 10;
      const x2 = band.end.x;
      const y1 = take(band.start, "o", band.width);
      const y2 = take(band.end, "i", band.width);
      const middle = (x1 + x2) / 2;
      const chosen = band.edges.some((edge) => edge.id === state.edge);
      const path = drawn("path", { d: `M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2},${y2}`, "stroke-width": band.width, class: `band${chosen ? " chosen" : ""}` });
      const lines = band.edges.slice(0, 12).map((edge) => `${money(edge)} · ${when(edge)}`);
      if (band.edges.length > 12) lines.push("…");
      path.append(drawn("title", {}, `${label(band.source)} → ${label(band.target)}\n${lines.join("\n")}`));
      path.addEventListener("click", () => (band.edges.length === 1 ? toggle("edge", band.edges[0].id) : select({ node: band.target })));
      picture.append(path);
    }
    for (const one of stops.values()) {
      const node = nodes.get(one.id) || {};
      const kind = one.id === state.node ? " chosen" : node.designated ? " designated" : "";
      const box2 = drawn("rect", { x: one.x, y: one.y, width: 10, height: one.height, rx: 2, class: `stop${kind}`, tabindex: 0, role: "button", "aria-label": label(one.id) });
      box2.append(drawn("title", {}, label(one.id)));
      box2.addEventListener("click", () => toggle("node", one.id));
      box2.addEventListener("keydown", (event) => event.key === "Enter" && toggle("node", one.id));
      const shown = label(one.id);
      picture.append(box2, drawn("text", { x: one.x + 14, y: one.y + Math.max(one.height, 8) / 2 + 4 }, isolated(shown.length > 24 ? `${shown.slice(0, 23)}…` : shown)));
    }
    box.append(picture);
  }

  // ── graph ────────────────────────────────────────────────────────────────────────────────────────────────────────────
  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function drawGraph(box) {
    const shown = visibleEdges();
    const ends = new Set(shown.flatMap((edge) => [edge.source, edge.target]));
    if (!shown.length && !data.edges.length) for (const node of data.nodes) ends.add(node.id);
    const elements = [
      ...[...ends].map((id) => ({ data: { id, label: label(id), designated: nodes.get(id)?.designated ? 1 : 0 } })),
      ...shown.map((edge) => ({ data: { id: `edge ${edge.id}`, source: edge.source, target: edge.target, label: said(edge) } })),
    ];
    if (graph) graph.destroy();
    graph = cytoscape({
      container: box,
      elements,
      wheelSensitivity: 0.3,
      style: [
        { selector: "node", style: { label: "data(label)", "background-color": colour("--accent"), color: colour("--ink"), "font-size": 11, width: 18, height: 18, "text-wrap": "ellipsis", "text-max-width": 130, "text-valign": "bottom", "text-margin-y": 3 } },
        { selector: "node[designated = 1]", style: { "background-color": colour("--mark"), shape: "diamond", width: 26, height: 26, "font-weight": "bold" } },
        { selector: "edge", style: { width: 1.5, "curve-style": "bezier", "target-arrow-shape": "triangle", "line-color": colour("--line"), "target-arrow-color": colour("--quiet"), "arrow-scale": 0.9, label: shown.length <= 150 ? "data(label)" : "", color: colour("--quiet"), "font-size": 9, "text-rotation": "autorotate", "text-background-color": colour("--ground"), "text-background-opacity": 0.85 } },
        { selector: ".chosen", style: { "line-color": colour("--chosen"), "target-arrow-color": colour("--chosen"), "background-color": colour("--chosen") } },
      ],
      layout: { name: layout, directed: true, animate: false, padding: 20, randomize: false, idealEdgeLength: () => 90, nodeRepulsion: () => 60000, componentSpacing: 60, spacingFactor: layout === "breadthfirst" ? 1.1 : 1, nodeDimensionsIncludeLabels: true },
    });
    if (state.node !== null) graph.getElementById(state.node).addClass("chosen");
    graph.on("tap", "node", (event) => toggle("node", event.target.id()));
    graph.on("tap", "edge", (event) => toggle("edge", event.target.id().slice(5)));
  }

  // ── timeline ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  const DAY = 86400000;
  const times = data.edges.map(timeOf).filter((time) => !Number.isNaN(time));
  const first = times.length ? Math.floor(Math.min(...times) / DAY) * DAY : 0;
  const span = times.length ? Math.floor(Math.max(...times) / DAY) * DAY + DAY - first : DAY;
  const bin = span <= 120 * DAY ? DAY : span <= 900 * DAY ? 7 * DAY : 30 * DAY;

  function drawTimeline(box) {
    box.replaceChildren();
    const width = Math.max(box.clientWidth || 900, 300);
    const height = 110;
    const bins = Math.max(1, Math.ceil(span / bin));
    const sums = new Array(bins).fill(0);
    for (const edge of visibleEdges({ ignoreTime: true })) {
      const time = timeOf(edge);
      if (!Number.isNaN(time)) sums[Math.floor((time - first) / bin)] += 1;
    }
    const top = Math.max(...sums, 1);
    const picture = drawn("svg", { width, height, class: "timeline", role: "slider", tabindex: 0, "aria-label": word("timeline"), "aria-valuemin": 0, "aria-valuemax": bins, "aria-valuenow": state.from === null ? 0 : Math.round((state.from - first) / bin), "aria-valuetext": state.from === null ? "" : `${day(state.from)} – ${day(state.to)}` });
    const x = (time) => ((time - first) / (bins * bin)) * width;
    sums.forEach((sum, place) => {
      const tall = (sum / top) * 76;
      const bar = drawn("rect", { x: (place / bins) * width + 0.5, y: 84 - tall, width: Math.max(width / bins - 1, 1), height: tall, class: "bar" });
      bar.append(drawn("title", {}, `${day(first + place * bin)}: ${number(sum)}`));
      picture.append(bar);
    });
    for (let mark = 0; mark <= 4; mark += 1) {
      const time = first + (mark / 4) * bins * bin;
      picture.append(drawn("text", { x: Math.min(Math.max(x(time), 2), width - 4), y: 102, class: "quiet", "text-anchor": mark === 0 ? "start" : mark === 4 ? "end" : "middle" }, isolated(day(Math.min(time, first + span - DAY)))));
    }
    if (state.from !== null) picture.append(drawn("rect", { x: x(state.from), y: 2, width: Math.max(x(state.to) - x(state.from), 2), height: 84, class: "brush" }));
    let begin = null;
    const at = (event) => first + (Math.min(Math.max(event.clientX - picture.getBoundingClientRect().left, 0), width) / width) * bins * bin;
    const snapped = (a, b) => ({ from: first + Math.floor((Math.min(a, b) - first) / bin) * bin, to: first + Math.max(1, Math.ceil((Math.max(a, b) - first) / bin)) * bin - 1 });
    picture.addEventListener("pointerdown", (event) => {
      begin = at(event);
      picture.setPointerCapture(event.pointerId);
    });
    picture.addEventListener("pointermove", (event) => {
      if (begin === null) return;
      const { from, to } = snapped(begin, at(event));
      picture.querySelector(".brush")?.remove();
      picture.append(drawn("rect", { x: x(from), y: 2, width: x(to) - x(from), height: 84, class: "brush" }));
    });
    picture.addEventListener("pointerup", (event) => {
      if (begin !== null) select(snapped(begin, at(event)));
      begin = null;
    });
    picture.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: -bin, ArrowRight: bin }[event.key];
      if (event.key === "Escape") select({ from: null, to: null });
      if (!move) return;
      event.preventDefault();
      const from = state.from ?? first;
      const to = state.to ?? first + bin - 1;
      select(event.shiftKey ? { from, to: Math.max(to + move, from + bin - 1) } : state.from === null ? { from, to } : { from: from + move, to: to + move });
      app.querySelector(".timeline")?.focus();
    });
    box.append(picture);
  }

  // ── table ────────────────────────────────────────────────────────────────────────────────────────────────────────────
  const COLUMNS = [
    ["time", (edge) => timeOf(edge) || 0],
    ["from", (edge) => label(edge.source)],
    ["to", (edge) => label(edge.target)],
    ["amount", (edge) => edge.amount ?? 0],
    ["currency", (edge) => edge.currency],
    ["hop", (edge) => edge.hop ?? 0],
    ["about", (edge) => edge.label],
    ["transactions", (edge) => edge.transactions.join(" ")],
  ];
  const needed = { time: hasTime, amount: hasAmount, currency: hasAmount, hop: data.edges.some((edge) => edge.hop !== null), about: data.edges.some((edge) => edge.label), transactions: data.edges.some((edge) => edge.transactions.length) };

  function party(id) {
    return element("bdi", { textContent: label(id), className: nodes.get(id)?.designated ? "designated-name" : "", title: id });
  }

  function drawTable(box) {
    const used = COLUMNS.filter(([key]) => needed[key] !== false);
    const value = COLUMNS.find(([key]) => key === state.sort)[1];
    const rows = visibleEdges().sort((a, b) => {
      const [one, other] = [value(a), value(b)];
      const order = typeof one === "number" ? one - other : one.localeCompare(other, locale());
      return state.down ? -order : order;
    });
    const head = element("tr", {}, ...used.map(([key]) => element("th", { scope: "col", "aria-sort": state.sort === key ? (state.down ? "descending" : "ascending") : "none" },
      element("button", { type: "button", textContent: word(key) + (state.sort === key ? (state.down ? " ▼" : " ▲") : ""), onclick: () => select({ sort: key, down: state.sort === key && !state.down }) }))));
    const body = rows.slice(state.page * PAGE, (state.page + 1) * PAGE).map((edge) => {
      const cells = { time: when(edge), from: party(edge.source), to: party(edge.target), amount: edge.text, currency: edge.currency, hop: edge.hop ?? "", about: edge.label, transactions: edge.transactions.join(", ") };
      return element("tr", { className: edge.id === state.edge ? "chosen" : "", onclick: () => toggle("edge", edge.id) },
        ...used.map(([key]) => element("td", { className: key === "amount" || key === "hop" ? "number" : key === "time" ? "time" : "", title: key === "about" ? edge.detail || "" : "" }, typeof cells[key] === "object" ? cells[key] : element("bdi", { textContent: String(cells[key]) }))));
    });
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    const turn = (by) => element("button", { type: "button", textContent: by < 0 === rightToLeft() ? "›" : "‹", "aria-label": word(by < 0 ? "previous" : "next"), disabled: state.page + by < 0 || state.page + by >= pages, onclick: () => select({ page: state.page + by }) });
    box.replaceChildren(
      element("div", { className: "scroll" }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body))),
      state.edge === null ? "" : element("pre", { className: "detail", dir: "auto", textContent: data.edges.find((edge) => edge.id === state.edge)?.detail || "" }),
      pages > 1 ? element("div", { className: "pager" }, turn(-1), element("span", { textContent: `${number(state.page + 1)} / ${number(pages)}` }), turn(1)) : "",
    );
  }

  // ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  let parts = {};

  function build() {
    document.documentElement.lang = state.lang;
    document.documentElement.dir = rightToLeft() ? "rtl" : "ltr";
    document.title = data.title[state.lang];
    const view = (key, box, ...more) => element("section", { "aria-label": word(key) }, element("h2", { textContent: word(key) }), element("p", { className: "hint", textContent: word(`${key}_help`) }), ...more, box);
    parts = { flow: element("div", { className: "flow" }), graph: element("div", { id: "graph" }), timeline: element("div"), table: element("div"), count: element("output", { "aria-live": "polite" }), findings: element("div", { className: "findings" }) };
    const search = element("input", { type: "search", placeholder: word("search"), "aria-label": word("search"), value: state.search, oninput: () => select({ search: search.value.trim() }) });
    const pick = element("select", { "aria-label": word("layout"), onchange: () => { layout = pick.value; drawGraph(parts.graph); } },
      ...["cose", "breadthfirst", "concentric"].map((name) => element("option", { value: name, textContent: word(name), selected: name === layout })));
    const save = element("button", { type: "button", textContent: word("download_png"), onclick: () => {
      element("a", { href: graph.png({ full: true, scale: 2, bg: colour("--ground") }), download: "tajfif.png" }).click();
    } });
    app.replaceChildren(
      element("header", {}, element("h1", { textContent: data.title[state.lang] }),
        element("button", { type: "button", lang: rightToLeft() ? "en" : "ar", textContent: word("language"), onclick: () => { state.lang = rightToLeft() ? "en" : "ar"; build(); } })),
      element("div", { className: "facts" }, ...data.facts.map(([en, ar, value]) => element("span", {}, `${rightToLeft() ? ar : en}: `, element("b", {}, element("bdi", { textContent: value }))))),
      ...data.notices.map((notice) => element("p", { className: "notice" }, element("bdi", { textContent: notice[state.lang] || notice }))),
      element("div", { className: "tools" }, search, element("button", { type: "button", textContent: word("reset"), onclick: () => { search.value = ""; select({ search: "", from: null, to: null, node: null, edge: null, finding: null }); } }), parts.count),
      ...((data.findings || []).length ? [view("findings", parts.findings)] : []),
      ...(hasAmount ? [view("flow", parts.flow)] : []),
      ...(hasTime ? [view("timeline", parts.timeline)] : []),
      view("graph", parts.graph, element("p", {}, pick, " ", save)),
      view("table", parts.table),
    );
    refresh();
  }

  function drawFindings(box) {
    box.replaceChildren(...data.findings.slice(0, 300).map((finding) => element("button", { type: "button", "aria-pressed": String(state.finding === finding.id), onclick: () => toggle("finding", finding.id) },
      element("b", { textContent: rightToLeft() ? finding.title_ar : finding.title_en }), ` ${finding.score.toFixed(2)} `, element("small", {}, element("bdi", { textContent: finding.explanation })))));
  }

  function refresh() {
    const shown = visibleEdges();
    parts.count.textContent = word("selected_of").replace("{n}", number(shown.length)).replace("{m}", number(data.edges.length));
    if ((data.findings || []).length) drawFindings(parts.findings);
    if (hasAmount) drawFlow(parts.flow);
    if (hasTime) drawTimeline(parts.timeline);
    drawTable(parts.table);
    drawGraph(parts.graph);
  }

  window.addEventListener("resize", () => { if (hasAmount) drawFlow(parts.flow); if (hasTime) drawTimeline(parts.timeline); });
  window.tajfif = { state, select, visibleEdges };
  build();
})();
