// The list: filters, orders, and only as many rows in the page as fit the window.
"use strict";

(() => {
  const { element, inert, fixed, percent, number } = explorer;
  const ROW = 84; // height of a row in pixels, as in style.css
  const SPARE = 6; // rows outside of the window
  const at = (id) => document.getElementById(id);

  const ONLY = {
    overruled: (line) => line.overruled,
    split: (line) => line.split,
    unstable: (line) => line.unstable,
    "left-out": (line) => !line.exported,
  };
  const LEAST = (key) => (line, value) => line[key] != null && line[key] >= Number(value);
  const FILTERS = {
    author: (line, value) => line.author === value,
    winner: (line, value) => line.winner === value,
    category: (line, value) => line.category === value,
    difficulty: LEAST("difficulty"),
    margin: (line, value) => line.margin != null && line.margin < Number(value),
    disagreement: (line, value) =>
      line.disagreement != null &&
      (value === "0" ? line.disagreement === 0 : line.disagreement >= Number(value)),
  };
  const CHOICES = {
    difficulty: [10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => [n, `${n} or more`]),
    margin: [0.01, 0.05, 0.1, 0.2].map((n) => [n, `below ${n}`]),
    disagreement: [
      ["0", "none"], ["0.0001", "some"], ["0.25", "25 % or more"], ["0.5", "50 % or more"],
    ],
  };
  const down = (key) => (a, b) => (b[key] ?? -1) - (a[key] ?? -1);
  const up = (key) => (a, b) => (a[key] ?? Infinity) - (b[key] ?? Infinity);
  const words = (key) => (a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0);
  const ORDERS = {
    "": ["author, rank", null],
    winner: ["winner", words("winner")],
    category: ["category", words("category")],
    hard: ["hardest first", down("difficulty")],
    easy: ["easiest first", up("difficulty")],
    close: ["closest first", up("margin")],
    clear: ["clearest first", down("margin")],
    disputed: ["most disputed first", down("disagreement")],
    agreed: ["least disputed first", up("disagreement")],
    overruled: ["overruled first", (a, b) => b.overruled - a.overruled],
  };

  // The filters of the address, in the order in which it names them.
  explorer.KEYS = ["q", ...Object.keys(FILTERS), "only", "sort"];

  explorer.found = (lines, asked) => {
    const sought = (asked.q ?? "").toLowerCase();
    const filters = Object.keys(FILTERS).filter((key) => asked[key]);
    const only = (asked.only ?? "").split(",").filter((name) => ONLY[name]);
    const kept = lines.filter(
      (line) =>
        filters.every((key) => FILTERS[key](line, asked[key])) &&
        only.every((name) => ONLY[name](line)) &&
        (!sought || line.sought.includes(sought)),
    );
    const order = (ORDERS[asked.sort] ?? ORDERS[""])[1];
    return order ? kept.sort(order) : kept;
  };

  explorer.form = (lines) => {
    const values = (key) => [...new Set(lines.map((line) => line[key]))].sort();
    const options = { ...CHOICES, author: null, winner: null, category: null };
    for (const [key, choices] of Object.entries(options)) {
      const select = document.querySelector(`#filters [name=${key}]`);
      const pairs = choices ?? values(key).map((value) => [value, value]);
      const chosen = select.value;
      select.replaceChildren(
        element("option", { value: "" }, "any"),
        ...pairs.map(([value, label]) => element("option", { value }, label)),
      );
      select.value = chosen;
    }
    const orders = Object.entries(ORDERS).map(([value, [label]]) => element("option", { value }, label));
    document.querySelector("#filters [name=sort]").replaceChildren(...orders);
  };

  explorer.fill = (asked) => {
    const form = at("filters");
    for (const key of explorer.KEYS) {
      if (key !== "only" && document.activeElement !== form.elements[key]) {
        form.elements[key].value = asked[key] ?? "";
      }
    }
    const only = (asked.only ?? "").split(",");
    for (const box of form.querySelectorAll("[name=only]")) box.checked = only.includes(box.value);
    const active = Object.keys(FILTERS).filter((key) => asked[key]).length + only.filter(Boolean).length;
    at("active").textContent = active ? `(${active})` : "";
  };

  explorer.asked = () => {
    const form = at("filters");
    const asked = {};
    for (const key of explorer.KEYS) if (key !== "only") asked[key] = form.elements[key].value;
    const boxes = [...form.querySelectorAll("[name=only]:checked")];
    return { ...asked, only: boxes.map((box) => box.value).join(",") };
  };

  explorer.marks = (line) => [
    line.overruled && element("span", { class: "mark strong", title: "The ratings reversed the votes" }, "overruled"),
    line.split && element("span", { class: "mark", title: "A battle has votes for both players" }, "split"),
    line.unstable && element("span", { class: "mark", title: "Redrawn votes often name another winner" }, "unstable"),
    !line.exported && element("span", { class: "mark", title: "The training set lacks it" }, "left out"),
  ].filter(Boolean);

  let shown = [];
  let current = null;

  explorer.list = (lines, id) => {
    shown = lines;
    current = id;
    at("list").firstElementChild.style.height = `${lines.length * ROW}px`;
    paint();
  };

  explorer.reveal = () => {
    const place = shown.findIndex((line) => line.id === current);
    const list = at("list");
    if (place < 0) return;
    const [top, bottom] = [place * ROW, (place + 1) * ROW];
    if (top < list.scrollTop || bottom > list.scrollTop + list.clientHeight) {
      list.scrollTop = top - list.clientHeight / 3;
    }
    paint();
  };

  function paint() {
    const list = at("list");
    const from = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
    const rows = Math.ceil(list.clientHeight / ROW) + 2 * SPARE;
    const part = shown.slice(from, from + rows);
    list.firstElementChild.replaceChildren(...part.map((line, n) => item(line, from + n)));
  }

  function item(line, place) {
    const here = line.id === current;
    const made = element(
      "li",
      { "aria-setsize": shown.length, "aria-posinset": place + 1 },
      element(
        "a",
        { href: explorer.link({ id: line.id, pair: "" }), "aria-current": here ? "true" : null },
        element("span", { class: "head", dir: "auto" }, inert(line.head.replace(/\s+/g, " "))),
        element(
          "span",
          { class: "facts" },
          element("b", {}, `★ ${line.winner}`),
          line.margin != null && ` by ${fixed(line.margin, 3)}`,
          explorer.marks(line).map((mark) => [" ", mark]),
          line.disagreement > 0 && ` · ${percent(line.disagreement)} disagree`,
          ` · of ${line.author} · difficulty ${line.difficulty ?? "–"}`,
        ),
      ),
    );
    made.style.transform = `translateY(${place * ROW}px)`;
    return made;
  }

  explorer.count = (found, all) => {
    at("count").textContent = found === all ? `${number(all)} instructions` : `${number(found)} of ${number(all)}`;
  };

  at("list").addEventListener("scroll", () => requestAnimationFrame(paint), { passive: true });
  addEventListener("resize", () => requestAnimationFrame(paint));
})();
