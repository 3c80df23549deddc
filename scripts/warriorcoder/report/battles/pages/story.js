// One instruction: who won, two answers side by side, the judges' words, the training row.
"use strict";

(() => {
  const { element, reply, fixed, percent, number } = explorer;
  const at = (id) => document.getElementById(id);
  const chip = (label, value) =>
    element("span", { class: "chip" }, element("i", {}, label), " ", String(value));

  explorer.story = (story, pair, moves) => {
    const battle = meeting(story, pair);
    at("story").replaceChildren(
      top(story, moves),
      element("div", { class: "instruction" }, reply(story.text)),
      standings(story),
      battles(story, battle),
      answers(story, pair),
      judges(story, battle, pair),
      passport(story),
      training(story),
    );
  };

  // The pair of the address, else the gold answer and the best rival that it met with another text.
  explorer.pair = (story, asked) => {
    const names = story.answers.map((answer) => answer.answerer);
    const wanted = (asked ?? "").split(",");
    if (wanted.length === 2 && wanted.every((name) => names.includes(name))) return wanted;
    const met = names.slice(1).filter((name) => meeting(story, [names[0], name]));
    const other = met.find((name) => answerOf(story, name).text !== story.answers[0].text);
    return [names[0], other ?? met[0] ?? names[1] ?? names[0]];
  };

  const meeting = (story, pair) =>
    story.battles.find((each) => pair.includes(each.attacker) && pair.includes(each.defender));
  const answerOf = (story, name) => story.answers.find((answer) => answer.answerer === name);

  function top(story, moves) {
    const move = (label, id, key) =>
      element("a", { class: "button", href: id && explorer.link({ id, pair: "" }), title: key, "aria-disabled": id ? null : "true" }, label);
    return element(
      "div",
      { class: "top" },
      element("h2", {}, story.id),
      element("div", { class: "moves" }, move("← Previous", moves.before, "k"), move("Next →", moves.after, "j")),
      element(
        "p",
        { class: "chips" },
        chip("author", story.author),
        chip("category", story.category),
        chip("difficulty", story.difficulty),
        chip("rank", story.rank + 1),
        story.disagreement != null && chip("votes that differ", percent(story.disagreement)),
        explorer.marks(story),
      ),
    );
  }

  function standings(story) {
    const scored = story.battles.length > 0;
    const rows = story.answers.map((answer) =>
      element(
        "tr",
        { class: answer.gold ? "gold" : null },
        element("th", { scope: "row" }, answer.gold ? "★ " : "", answer.answerer),
        element("td", { class: "e" }, scored ? bar(answer.score) : "–"),
        element("td", {}, fixed(answer.local, 2)),
        element("td", {}, fixed(answer.expected, 2)),
        element("td", {}, fixed(answer.rating, 0)),
        element("td", {}, number(answer.battles)),
        element("td", {}, number(answer.n_tokens), answer.finish_reason === "stop" ? "" : ` (${answer.finish_reason})`),
      ),
    );
    const head = [
      ["answer", "★ the gold answer"],
      ["e", "Final score (Eq. 5): the mean of α X + (1 − α) x over its battles"],
      ["x", "Mean share of the votes (Eq. 2)"],
      ["X", "Mean share that the ratings expect (Eq. 3)"],
      ["Elo", "The rating that entered Eq. 3"],
      ["battles", "Battles on this instruction"],
      ["tokens", "Length of the answer"],
    ].map(([label, title]) => element("th", { scope: "col", title }, label));
    return section(
      "Who won",
      element("p", {}, why(story)),
      element("div", { class: "wide", tabindex: "0" }, element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows))),
    );
  }

  function why(story) {
    const [gold] = story.answers;
    if (!story.battles.length) return `${gold.answerer}'s answer is gold. Nobody met on this instruction.`;
    const second = answerOf(story, story.second);
    const voted = story.answers.reduce((best, each) => (each.local > best.local + 1e-9 ? each : best), gold);
    const won = story.margin > 0 ? `${gold.answerer} wins by ${fixed(story.margin, 3)} over ${second.answerer}.`
      : `${gold.answerer} and ${second.answerer} have equal scores. The shorter answer is gold.`;
    if (story.margin < 0) return `${gold.answerer}'s answer was drawn. ${second.answerer}'s has a higher score.`;
    if (voted === gold) return won;
    return `${won} The ratings overruled the votes: ${voted.answerer} had the higher share, ${fixed(voted.local, 2)} against ${fixed(gold.local, 2)}.`;
  }

  function bar(value) {
    const fill = element("span", { class: "fill" });
    fill.style.width = `${Math.max(0, Math.min(1, value)) * 100}%`;
    return [element("span", { class: "bar", "aria-hidden": "true" }, fill), fixed(value, 3)];
  }

  function battles(story, battle) {
    if (!story.battles.length) return "";
    const links = story.battles.map((each) =>
      element(
        "a",
        {
          href: explorer.link({ pair: `${each.attacker},${each.defender}` }),
          "aria-current": each === battle ? "true" : null,
          class: "battle",
        },
        element("span", {}, each.attacker),
        element("b", {}, each.asked ? `${each.t_attacker} : ${each.t_defender}` : "– : –"),
        element("span", {}, each.defender),
        each.asked > 0 && !each.t_attacker && !each.t_defender && element("em", {}, "tied"),
        each.overruled && element("em", {}, "overruled"),
        each.t_attacker > 0 && each.t_defender > 0 && element("em", {}, "split"),
      ),
    );
    return section("Battles", element("nav", { class: "battles", "aria-label": "Battles" }, links));
  }

  function answers(story, pair) {
    const panes = pair.map((name, side) => {
      const answer = answerOf(story, name);
      const options = story.answers.map(({ answerer, gold }) =>
        element("option", { value: answerer, selected: answerer === name }, `${gold ? "★ " : ""}${answerer}`),
      );
      const choose = (event) => explorer.go({ pair: pair.with(side, event.target.value).join(",") });
      const label = side ? "Right answer" : "Left answer";
      return element(
        "div",
        { class: `pane${answer.gold ? " gold" : ""}` },
        element("div", { class: "bar-top" }, element("select", { "aria-label": label, onchange: choose }, options), answer.gold && element("span", { class: "mark strong" }, "★ gold")),
        reply(answer.text, lacks(answerOf(story, pair[1 - side]).text)),
        answer.raw && element("details", {}, element("summary", {}, "All that it wrote, thoughts included"), reply(answer.raw)),
      );
    });
    const same = pair[0] !== pair[1] && answerOf(story, pair[0]).text === answerOf(story, pair[1]).text;
    const told = same ? "Both answers are the same text." : "Lines of code that the other answer lacks are marked.";
    return section(
      "Answers",
      pair[0] !== pair[1] && element("p", { class: "quiet" }, told),
      element("div", { class: "panes" }, panes),
    );
  }

  // A test for lines that a text lacks. White space at their ends does not count.
  function lacks(text) {
    const lines = new Set(text.split("\n").map((line) => line.trimEnd()));
    return (line) => line.trim() !== "" && !lines.has(line.trimEnd());
  }

  function judges(story, battle, pair) {
    if (pair[0] === pair[1]) return "";
    if (!battle) return section("Judges", element("p", { class: "quiet" }, "These two did not meet on this instruction."));
    const { attacker, defender } = battle;
    const told = battle.asked
      ? `${battle.t_attacker} : ${battle.t_defender} votes, x = ${fixed(battle.local, 2)}`
      : `No judge was asked. x = ${fixed(battle.local, 2)} is expected`;
    const scores = `${fixed(battle.score, 3)} : ${fixed(1 - battle.score, 3)}`;
    return section(
      `Judges of ${attacker} against ${defender}`,
      element("p", {}, `${told}. The ratings expect X = ${fixed(battle.expected, 2)}. Scores e = ${scores}.`, battle.overruled && " The ratings overruled an undivided vote."),
      element("div", { class: "judges" }, battle.votes.map((vote) => judge(vote, attacker, defender, pair))),
    );
  }

  function judge(vote, attacker, defender, pair) {
    const second = vote.shown_first === attacker ? defender : attacker;
    const winner = { attacker, defender }[vote.vote];
    const outcome = winner ? `for ${winner}` : vote.vote === "tie" ? "a tie" : "not readable, no vote";
    const verdict = vote.verdict === "invalid" ? "invalid" : `[[${vote.verdict}]]`;
    const unread = [[attacker, vote.cut_attacker], [defender, vote.cut_defender]]
      .filter(([, cut]) => cut > 0)
      .map(([name, cut]) => `${number(cut)} tokens of ${name}'s answer were not read. `);
    const order = [vote.shown_first, second];
    return element(
      "section",
      { class: "judge" },
      element("h4", {}, vote.judge, element("span", { class: `verdict ${vote.vote}` }, `${verdict} ${outcome}`)),
      element(
        "p",
        { class: "quiet" },
        "It read A = ", element("b", {}, order[0]), ", then B = ", element("b", {}, order[1]), ". ",
        unread,
        vote.finish_reason !== "stop" && `Its text ended by ${vote.finish_reason}. `,
        order.join() !== pair.join() && element("a", { href: explorer.link({ pair: order.join(",") }) }, "Show in this order"),
      ),
      reply(vote.raw),
      vote.again !== null && element("p", { class: "quiet" }, "Asked again, for the mark alone:"),
      vote.again !== null && reply(vote.again),
    );
  }

  function passport(story) {
    if (!story.passport) {
      return section("Training row", element("p", {}, story.answers[0].text ? "The training set lacks it: its winner is less certain than the config asks for." : "The training set lacks it: its winner came to no final answer."));
    }
    const rows = Object.entries(story.passport).flatMap(([name, value]) => [
      element("dt", {}, name),
      element("dd", {}, value == null ? "–" : explorer.inert(value)),
    ]);
    return element("details", { class: "fold" }, element("summary", {}, "Passport"), element("dl", { class: "passport" }, rows));
  }

  function training(story) {
    if (!story.sft) return "";
    const fold = element("details", { class: "fold" }, element("summary", {}, "Row of sft.parquet"));
    fold.addEventListener("toggle", () => {
      if (fold.childElementCount === 1) fold.append(element("pre", { tabindex: "0" }, element("code", {}, explorer.highlight(story.sft, "json"))));
    });
    return fold;
  }

  const section = (title, ...content) => element("section", {}, element("h3", {}, title), content);
})();
