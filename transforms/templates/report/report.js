// Charts from the tables, search and filters, and the rule of each edit. Without it the report is whole: tables and texts.
"use strict";
(() => {
  const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
  const SERIES = ["var(--red)", "var(--blue)", "var(--green)", "var(--ochre)"];
  const PLACES = ["stories", "kept", "copies", "filtered", "rejected", "skipped"]; // from the top down
  const FLOW = { stories: "var(--fill)", kept: "var(--green)", copies: "var(--blue)", filtered: "var(--ochre)", rejected: "var(--red)", skipped: "var(--fill)" };

  // A table's rows: the label, and a number for each column that has numbers to draw.
  function read(table) {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    return [...table.tBodies[0].rows].map((row) => ({
      label: row.cells[0].textContent,
      note: row.querySelector("[data-note]")?.dataset.note ?? "",
      values: [...row.cells].flatMap((cell, column) =>
        cell.dataset.value === undefined ? [] : [{ series: heads[column], value: Number(cell.dataset.value) }]),
    }));
  }

  // A bar of one series has the colour of its step, where its label is a rule of one; else that of the chart.
  function tone(label, chosen) {
    return label.startsWith("encoding/") ? "var(--blue)" : label.startsWith("typos/") ? "var(--green)" : chosen;
  }

  function bars(rows, width, chosen) {
    const data = rows.flatMap((row) => row.values.map((one) => ({ label: row.label, ...one })));
    const totals = rows.map((row) => ({ label: row.label, note: row.note, total: row.values.reduce((sum, one) => sum + one.value, 0) }));
    const series = [...new Set(data.map((one) => one.series))];
    const longest = Math.max(...rows.map((row) => row.label.length));
    const left = Math.min(Math.max(48, longest * 7.2 + 12), width * 0.36);
    return Charts.plot({
      width, height: rows.length * 23 + 8, marginLeft: left, marginRight: rows.some((row) => row.note) ? 130 : 78, marginTop: 2, marginBottom: 2,
      style: { fontSize: "12.5px", background: "none" },
      x: { axis: null }, y: { domain: rows.map((row) => row.label), label: null, padding: 0.28 },
      color: { domain: series, range: SERIES },
      marks: [
        Charts.barX(data, {
          x: "value", y: "label", z: "series", order: series, fillOpacity: 0.82,
          fill: series.length > 1 ? "series" : { value: data.map((one) => tone(one.label, chosen)), scale: null },
        }),
        Charts.axisY({ tickSize: 0, tickPadding: 8, lineWidth: left / 12.5 - 1, textOverflow: "ellipsis" }),
        Charts.text(totals, { x: "total", y: "label", text: (one) => NUMBER.format(one.total) + (one.note && ` · ${one.note}`), textAnchor: "start", dx: 6, fill: "var(--soft)" }),
        Charts.ruleX([0], { stroke: "var(--line)" }),
      ],
    });
  }

  function columns(rows, width) {
    const data = rows.map((row) => ({ label: row.label, value: row.values[0].value }));
    return Charts.plot({
      width, height: 210, marginTop: 22, marginLeft: 4, marginRight: 4, marginBottom: 30,
      style: { fontSize: "12.5px", background: "none" },
      x: { domain: data.map((one) => one.label), label: null, tickSize: 0, padding: 0.25 }, y: { axis: null },
      marks: [
        Charts.barY(data, { x: "label", y: "value", fill: "var(--blue)", fillOpacity: 0.82 }),
        Charts.text(data, { x: "label", y: "value", text: (one) => NUMBER.format(one.value), dy: -8, fill: "var(--soft)" }),
        Charts.ruleY([0], { stroke: "var(--line)" }),
      ],
    });
  }

  function element(name, attributes, parent, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    parent?.append(made);
    return made;
  }

  function flow(table, width) {
    const ways = [...table.tBodies[0].rows].map((row) => ({
      source: row.cells[0].textContent, target: row.cells[1].textContent, value: Number(row.cells[2].dataset.value), kind: row.dataset.kind,
    }));
    ways.sort((a, b) => PLACES.indexOf(a.kind) - PLACES.indexOf(b.kind));
    const names = [...new Set(ways.flatMap((way) => [way.source, way.target]))];
    const rank = (node) => ways.findIndex((way) => way.target === node.name);
    const last = names.length - new Set(ways.map((way) => way.source)).size;
    const narrow = width < 560, right = narrow ? 132 : 210, height = Math.max(narrow ? 280 : 300, last * 56);
    const graph = Charts.sankey().nodeId((node) => node.name).nodeAlign(Charts.sankeyJustify).nodeSort((a, b) => rank(a) - rank(b)).linkSort(null)
      .nodeWidth(8).nodePadding(34).extent([[0, 26], [width - right, height - 10]])({
        nodes: names.map((name) => ({ name })), links: ways.map((way) => ({ ...way })),
      });
    const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "font-size": narrow ? 12 : 13 });
    const path = Charts.sankeyLinkHorizontal();
    for (const link of graph.links) {
      const drawn = element("path", { d: path(link), fill: "none", "stroke-opacity": 0.3, "stroke-width": Math.max(1, link.width) }, svg);
      drawn.style.stroke = FLOW[link.kind];
      element("title", {}, drawn, `${link.source.name} to ${link.target.name}: ${NUMBER.format(link.value)}`);
    }
    for (const node of graph.nodes) {
      const kind = node.targetLinks[0]?.kind;
      const box = element("rect", { x: node.x0, y: node.y0, width: node.x1 - node.x0, height: Math.max(1, node.y1 - node.y0) }, svg);
      box.style.fill = kind ? FLOW[kind] : "var(--ink)";
      const end = node.sourceLinks.length === 0;
      const label = element("text", end ? { x: node.x1 + 8, y: (node.y0 + node.y1) / 2 - 3 } : { x: node.x0, y: node.y0 - 9 }, svg);
      label.style.fill = "var(--ink)";
      const number = NUMBER.format(node.value);
      if (end) {
        element("tspan", { "font-weight": 600 }, label, number);
        const about = element("tspan", { x: node.x1 + 8, dy: "1.2em" }, label, node.name);
        about.style.fill = "var(--soft)";
      } else {
        element("tspan", { "font-weight": 600 }, label, number);
        const about = element("tspan", { dx: 5 }, label, node.name.replace("records ", "").replace("stories ", ""));
        about.style.fill = "var(--soft)";
      }
    }
    return svg;
  }

  const DRAWN = { flow: (table, width) => flow(table, width), bars: (table, width, chosen) => bars(read(table), width, chosen), columns: (table, width) => columns(read(table), width) };

  function chart(figure) {
    const table = figure.querySelector("table"), scroll = table.parentElement;
    const place = document.createElement("div");
    const folded = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = "The numbers";
    scroll.replaceWith(place, folded);
    folded.append(summary, scroll);
    const series = figure.dataset.chart === "bars" ? [...new Set(read(table).flatMap((row) => row.values.map((one) => one.series)))] : [];
    if (series.length > 1) {
      const key = document.createElement("ul");
      key.className = "key";
      series.forEach((name, number) => {
        const item = document.createElement("li"), colour = document.createElement("i");
        colour.style.background = SERIES[number];
        item.append(colour, name);
        key.append(item);
      });
      place.before(key);
    }
    let width = 0;
    new ResizeObserver(() => {
      const room = Math.min(place.clientWidth, 860);
      if (!room || room === width) return;
      width = room;
      const svg = DRAWN[figure.dataset.chart](table, width, figure.dataset.tone ? `var(--${figure.dataset.tone})` : "var(--red)");
      for (const group of svg.querySelectorAll("[aria-label]")) group.removeAttribute("aria-label"); // names of marks: noise
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", `${figure.querySelector("figcaption").textContent.trim()}; the numbers follow`);
      place.replaceChildren(svg);
    }).observe(place);
  }

  // Search: every word has to be somewhere in the row or card. Boxes: one of the ticked steps made an edit.
  function filter(input) {
    const items = [...document.querySelectorAll(input.dataset.filter)].map((item) => ({ item, text: searchable(item) }));
    const boxes = items.some(({ item }) => item.dataset.steps !== undefined) ? [...document.querySelectorAll("input[data-step]")] : [];
    const output = input.closest("p").querySelector("output");
    function apply() {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const steps = boxes.filter((box) => box.checked).map((box) => box.dataset.step);
      let left = 0;
      for (const { item, text } of items) {
        const own = (item.dataset.steps ?? "").split(" ");
        item.hidden = !words.every((word) => text.includes(word)) || (steps.length > 0 && !steps.some((step) => own.includes(step)));
        left += !item.hidden;
      }
      output.textContent = words.length || steps.length ? `${NUMBER.format(left)} of ${NUMBER.format(items.length)}` : "";
    }
    for (const control of [input, ...boxes]) control.addEventListener("input", apply);
    apply(); // a browser may bring back what was typed before a reload
  }

  function searchable(item) {
    const rules = [...item.querySelectorAll("[data-by]")].map((edit) => edit.dataset.by);
    return `${item.textContent} ${[...new Set(rules)].join(" ")}`.toLowerCase();
  }

  // Side by side: the one text twice, less what came on the left, less what went on the right.
  function beside(card) {
    const text = card.querySelector(".trace");
    if (!text || card.querySelector(".pair")) return;
    const pair = document.createElement("div");
    pair.className = "pair";
    text.replaceWith(pair);
    for (const [name, title, copy] of [["before", "Before", text], ["after", "After", text.cloneNode(true)]]) {
      const side = document.createElement("div"), head = document.createElement("h3");
      head.textContent = title;
      copy.classList.add(name);
      side.append(head, copy);
      pair.append(side);
    }
  }

  function view() {
    const radios = [...document.querySelectorAll("input[name=view]")], list = document.getElementById("page-list");
    if (!list) return;
    const narrow = matchMedia("(max-width: 44rem)");
    let chosen = false;
    function show(name) {
      list.classList.toggle("together", name === "together");
      for (const radio of radios) radio.checked = radio.value === name;
    }
    const fitting = () => chosen || show(narrow.matches ? "together" : "beside");
    for (const radio of radios) radio.addEventListener("change", () => { chosen = true; show(radio.value); });
    narrow.addEventListener("change", fitting);
    fitting();
  }

  function tips() {
    const tip = document.getElementById("tip");
    function show(event) {
      const edit = event.target.closest?.("[data-by]");
      if (!edit) return;
      tip.textContent = `${edit.tagName === "DEL" ? "removed by" : "put in by"} ${edit.dataset.by}`;
      tip.hidden = false;
      edit.setAttribute("aria-describedby", "tip");
      const place = edit.getClientRects()[0] ?? edit.getBoundingClientRect();
      const above = place.top - tip.offsetHeight - 6;
      tip.style.left = `${Math.max(8, Math.min(place.left, innerWidth - tip.offsetWidth - 8))}px`;
      tip.style.top = `${above > 48 ? above : place.bottom + 6}px`;
    }
    function hide(event) {
      event.target.closest?.("[data-by]")?.removeAttribute("aria-describedby");
      tip.hidden = true;
    }
    for (const name of ["mouseover", "focusin"]) document.addEventListener(name, show);
    for (const name of ["mouseout", "focusout"]) document.addEventListener(name, hide);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
    addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
  }

  // What scrolls can be reached with the Tab key, and scrolled with the arrows.
  function reachable(box) {
    new ResizeObserver(() => {
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }).observe(box);
  }

  document.querySelectorAll("figure[data-chart]").forEach(chart);
  document.querySelectorAll(".scroll").forEach(reachable);
  document.querySelectorAll("input[data-filter]").forEach(filter);
  document.querySelectorAll("details.page").forEach((card) => card.addEventListener("toggle", () => beside(card)));
  view();
  tips();
})();
