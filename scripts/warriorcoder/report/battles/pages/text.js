// Elements of the page. What a model wrote only becomes the content of text nodes.
"use strict";

var explorer = {};

(() => {
  const LONG = 20000; // characters shown at once
  // Characters that are invisible, move the cursor or reorder a line. Joiners of emoji stay.
  const ODD =
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;
  const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)/;

  explorer.element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, "");
      else if (value !== false && value != null) made.setAttribute(key, value);
    }
    made.append(...children.flat(3).filter((child) => child != null && child !== false));
    return made;
  };

  // A text in which odd characters are shown by their code points.
  explorer.inert = (text) => {
    const made = document.createDocumentFragment();
    let from = 0;
    for (const found of text.matchAll(ODD)) {
      const code = found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      made.append(
        text.slice(from, found.index),
        explorer.element("span", { class: "odd" }, `U+${code}`),
      );
      from = found.index + found[0].length;
    }
    made.append(text.slice(from));
    return made;
  };

  // A model's reply: prose and blocks of code, whose lines may be `marked`. A long one is cut until a
  // reader asks for all of it.
  explorer.reply = (text, marked) => {
    const made = explorer.element("div", { class: "reply", dir: "auto" });
    const show = (shown) => made.replaceChildren(...blocks(shown.replace(/\r\n/g, "\n"), marked));
    if (text.trim() === "") {
      made.append(explorer.element("p", { class: "quiet" }, "Nothing was written."));
    } else if (text.length <= LONG) {
      show(text);
    } else {
      show(text.slice(0, LONG));
      const whole = () => show(text);
      const words = `Show all ${explorer.number(text.length)} characters`;
      made.append(explorer.element("button", { type: "button", onclick: whole }, words));
    }
    return made;
  };

  function* blocks(text, marked) {
    let lines = [];
    let fence = null;
    for (const line of text.split("\n")) {
      const mark = line.length < 200 && line.match(FENCE);
      if (fence && line.length < 200 && line.trim().startsWith(fence.mark) && !mark[2]) {
        yield code(lines, fence.language, marked);
        [lines, fence] = [[], null];
      } else if (mark && !fence) {
        if (lines.join("").trim()) yield prose(lines);
        [lines, fence] = [[], { mark: mark[1], language: mark[2] }];
      } else {
        lines.push(line);
      }
    }
    if (fence) yield code(lines, fence.language, marked);
    else if (lines.join("").trim()) yield prose(lines);
  }

  const prose = (lines) =>
    explorer.element("p", { class: "prose" }, explorer.inert(lines.join("\n").trim()));

  const code = (lines, language, marked) =>
    explorer.element(
      "pre",
      { tabindex: "0", dir: "ltr" },
      explorer.element("code", {}, explorer.highlight(lines.join("\n"), language, marked)),
    );

  explorer.number = (value) => value.toLocaleString("en");
  explorer.fixed = (value, digits) => (value == null ? "–" : value.toFixed(digits));
  explorer.percent = (value) => (value == null ? "–" : `${Math.round(100 * value)} %`);
})();
