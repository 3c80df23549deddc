// The address names the instruction, the pair and the filters. Everything else follows from it.
"use strict";

(() => {
  const { element, number } = explorer;
  const at = (id) => document.getElementById(id);
  let about = null;
  let lines = []; // loaded so far
  let found = []; // those that the filters keep, in order
  let story = null;
  const complete = new Set(); // authors whose lines are all loaded

  const address = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

  explorer.link = (changes) => {
    const asked = { ...address(), ...changes };
    const kept = Object.entries(asked).filter(([, value]) => value);
    const text = new URLSearchParams(kept).toString();
    return `#${text.replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
  };
  explorer.go = (changes) => (location.hash = explorer.link(changes));

  async function start() {
    about = await explorer.load("index");
    about.total = about.counts.reduce((sum, count) => sum + count, 0);
    at("run").append(about.run, element("span", {}, `, roster ${about.roster}`));
    add(explorer.lines(about.lines));
    if (matchMedia("(min-width: 800px)").matches) at("more").open = true;
    await show();
    addEventListener("hashchange", show);
    document.body.dataset.ready = "";
  }

  function add(more) {
    const known = new Set(lines.map((line) => line.id));
    for (const line of more) {
      line.sought = `${line.id} ${line.head}`.toLowerCase();
      if (!known.has(line.id)) lines.push(line);
    }
    const author = new Map(about.authors.map((name, n) => [name, n]));
    lines.sort((a, b) => author.get(a.author) - author.get(b.author) || a.place - b.place);
    explorer.form(lines);
  }

  async function show() {
    const asked = address();
    try {
      if (asked.all) await complement(asked.all);
      if (asked.id && !lines.some((line) => line.id === asked.id)) await complement(asked.id.split(":")[0]);
      explorer.fill(asked);
      sampled();
      found = explorer.found(lines, asked);
      explorer.count(found.length, lines.length);
      explorer.list(found, asked.id);
      explorer.reveal();
      await open(asked);
    } catch (error) {
      fail(error);
    }
  }

  async function complement(author) {
    const place = about.authors.indexOf(author);
    if (place < 0 || complete.has(author) || !Object.keys(about.strata).length) return;
    complete.add(author);
    add(explorer.lines(await explorer.load(`author-${place}`)));
  }

  async function open(asked) {
    document.body.classList.toggle("reading", Boolean(asked.id));
    const line = lines.find((each) => each.id === asked.id);
    if (!asked.id) {
      story = null;
      document.title = `Battles · ${about.run}`;
      return welcome();
    }
    if (!line) throw new Error(`${asked.id}: the run has no such instruction.`);
    const changed = story?.id !== line.id;
    const place = found.findIndex((each) => each.id === line.id);
    const moves = { before: found[place - 1]?.id, after: found[place + 1]?.id };
    const page = `page-${about.authors.indexOf(line.author)}-${Math.floor(line.place / about.page)}`;
    const told = (await explorer.load(page)).find((each) => each.id === line.id);
    if (address().id !== line.id) return; // the reader went on while the page was loading
    story = told;
    explorer.story(story, explorer.pair(story, asked.pair), moves);
    document.title = `${story.id} · Battles`;
    if (changed) at("story").scrollTop = 0;
    if (changed) scrollTo(0, 0);
  }

  function fail(error) {
    at("story").replaceChildren(element("p", { role: "alert" }, error.message));
  }

  function sampled() {
    const parts = Object.entries(about.strata);
    at("sampled").hidden = !parts.length;
    if (!parts.length) return;
    const rest = about.authors.filter((author) => !complete.has(author));
    at("sampled").replaceChildren(
      `A sample of ${number(about.total)}: `,
      parts.map(([name, count]) => `${number(count)} ${name}`).join(", "),
      rest.length ? ". All of " : ".",
      ...rest.flatMap((author, n) => [n ? ", " : "", element("a", { href: explorer.link({ all: author, author }) }, author)]),
    );
  }

  function welcome() {
    const total = (test) => lines.filter(test).length;
    const only = (name, test, words) =>
      element("li", {}, element("a", { href: explorer.link({ only: name }) }, element("b", {}, number(total(test)))), ` ${words}`);
    const wins = about.experts.map((name) => [name, total((line) => line.winner === name)]);
    wins.sort((a, b) => b[1] - a[1]);
    at("story").replaceChildren(
      element("h2", {}, "Every answer, every judge's words"),
      element("p", {}, `${about.experts.length} experts wrote ${number(about.total)} instructions, answered them and judged each other's answers. The best answer to each trains the target.`),
      Object.keys(about.strata).length ? element("p", {}, `Counts are of the ${number(lines.length)} that are loaded.`) : "",
      element(
        "ul",
        { class: "numbers" },
        only("overruled", (line) => line.overruled, "overruled: the ratings reversed the votes"),
        only("split", (line) => line.split, "split: a battle has votes for both players"),
        only("unstable", (line) => line.unstable, "unstable: redrawn votes often name another winner"),
        only("left-out", (line) => !line.exported, "left out of the training set"),
      ),
      element("h3", {}, "Gold answers"),
      element("ul", { class: "numbers" }, wins.map(([name, count]) => element("li", {}, element("a", { href: explorer.link({ winner: name }) }, element("b", {}, number(count))), ` by ${name}, Elo ${explorer.fixed(about.ratings[name], 0)}`))),
      element("p", { class: "quiet" }, `Scores: e = α X + (1 − α) x with α = ${about.alpha} (Eq. 5). x is the share of the votes (Eq. 2), X the share that the ${about.snapshot} Elo expects (Eq. 3). Choose an instruction, or press r for a random one.`),
    );
  }

  function step(by) {
    const place = found.findIndex((line) => line.id === address().id);
    const next = found[place < 0 ? 0 : place + by];
    if (next) explorer.go({ id: next.id, pair: "" });
  }

  function turn(by) {
    if (!story?.battles.length) return;
    const pair = explorer.pair(story, address().pair);
    const place = story.battles.findIndex((each) => pair.includes(each.attacker) && pair.includes(each.defender));
    const next = story.battles.at((place + by) % story.battles.length);
    explorer.go({ pair: `${next.attacker},${next.defender}` });
  }

  const random = () => {
    if (found.length) explorer.go({ id: found[Math.floor(Math.random() * found.length)].id, pair: "" });
  };
  const search = () => {
    document.body.classList.remove("reading");
    at("q").focus();
  };
  const filters = () => {
    at("more").open = !at("more").open;
    at("more").firstElementChild.focus();
  };
  const swap = () => story && explorer.go({ pair: explorer.pair(story, address().pair).reverse().join(",") });
  const leave = () => explorer.go({ id: "", pair: "" });
  const ACTIONS = {
    j: () => step(1), k: () => step(-1), n: () => turn(1), p: () => turn(-1), s: swap, r: random,
    t: theme, f: filters, "/": search, "?": () => at("keys").showModal(), Escape: leave,
  };

  addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search], select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || at("keys").open) return;
    if (typing && event.key === "Escape") event.target.blur();
    if (typing || !ACTIONS[event.key]) return;
    event.preventDefault();
    ACTIONS[event.key]();
  });

  function theme() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
    set(now === "dark" ? "light" : "dark");
  }
  const set = (name) => {
    document.documentElement.dataset.theme = name;
    try {
      localStorage.setItem("theme", name);
    } catch {} // a browser may keep nothing for files
  };
  try {
    const kept = localStorage.getItem("theme");
    if (kept) document.documentElement.dataset.theme = kept;
  } catch {}

  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    at("story").focus();
  });
  at("draw").addEventListener("click", random);
  at("theme").addEventListener("click", theme);
  at("ask").addEventListener("click", () => at("keys").showModal());
  at("back").addEventListener("click", leave);
  const replace = () => location.replace(explorer.link(explorer.asked()));
  at("filters").addEventListener("input", replace);
  at("filters").addEventListener("submit", (event) => event.preventDefault());
  at("filters").addEventListener("reset", () => setTimeout(replace));

  start().catch(fail);
})();
