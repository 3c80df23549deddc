// A small highlighter: comments, strings, numbers, keywords and names that are called.
"use strict";

(() => {
  const { element } = explorer;
  const LONG = 100000; // longer code is shown plain
  const STRINGS = String.raw`"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?`;
  const TRIPLE = String.raw`"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)`;
  const SLASHES = String.raw`\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)`;
  const WORDS = {
    python:
      "and as assert async await break case class continue def del elif else except finally for " +
      "from global if import in is lambda match nonlocal not or pass raise return try while with " +
      "yield None True False self",
    script:
      "abstract as async await bool boolean break byte case catch char class const constexpr " +
      "continue default defer delete do double else enum export extends extern false final " +
      "finally float fn for from func function go goto if impl implements import in inline int " +
      "interface let long loop match mod mut namespace new nil null nullptr of override package " +
      "private protected pub public return self short signed sizeof static std string struct " +
      "super switch template this throw throws trait true try type typedef typename typeof " +
      "undefined unsigned use using var vector virtual void volatile where while yield",
    shell:
      "case do done elif else esac export fi for function if in local return then until while " +
      "def end class module require begin rescue unless nil true false self",
    sql:
      "all alter and as asc between by case count create delete desc distinct drop else end " +
      "exists from full group having in inner insert into is join key left like limit not null " +
      "on or order outer over partition primary right select set sum table then union unique " +
      "update values view when where with",
  };
  const FAMILIES = {
    python: family("#[^\\n]*", `${TRIPLE}|${STRINGS}`, "python"),
    script: family(SLASHES, "`(?:[^`\\\\]|\\\\.)*`?|" + STRINGS, "script"),
    shell: family("#[^\\n]*", STRINGS, "shell"),
    sql: family(String.raw`--[^\n]*|\/\*[^]*?(?:\*\/|$)`, STRINGS, "sql"),
  };
  const NAMES = {
    py: "python", python3: "python", pycon: "python", bash: "shell", sh: "shell", zsh: "shell",
    console: "shell", ruby: "shell", rb: "shell", perl: "shell", r: "shell", yaml: "shell",
    yml: "shell", toml: "shell", makefile: "shell", dockerfile: "shell", mysql: "sql",
    postgresql: "sql", sqlite: "sql",
  };
  const PLAIN = new Set(["text", "txt", "plaintext", "markdown", "md", "output", "csv", "diff"]);

  function family(comment, string, words) {
    const parts = [
      `(?<comment>${comment})`,
      `(?<string>${string})`,
      String.raw`(?<number>\b\d[\w.]*)`,
      String.raw`(?<word>[\p{L}_$][\p{L}\p{N}_$]*)(?<call>(?=\())?`,
    ];
    return { pattern: new RegExp(parts.join("|"), "gu"), words: new Set(WORDS[words].split(" ")) };
  }

  const named = (language, text) => {
    const name = language.toLowerCase();
    if (PLAIN.has(name)) return null;
    if (name) return FAMILIES[NAMES[name] ?? name] ?? FAMILIES.script;
    return /^\s*(?:def|class|import|from|@\w+)\b/m.test(text) ? FAMILIES.python : FAMILIES.script;
  };

  // Code as one element per line. Lines for which `marked` holds are set off.
  explorer.highlight = (text, language = "", marked = () => false) => {
    const found = text.length > LONG ? null : named(language, text);
    if (!found) return explorer.inert(text);
    const lines = text.split("\n").map((line) => element("span", { class: marked(line) ? "line marked" : "line" }));
    let line = 0;
    const put = (part, kind) => {
      for (const [n, piece] of part.split("\n").entries()) {
        if (n) lines[line++].append("\n");
        const shown = explorer.inert(piece);
        if (piece) lines[line].append(kind ? element("span", { class: kind }, shown) : shown);
      }
    };
    const caseless = found === FAMILIES.sql;
    let from = 0;
    for (const token of text.matchAll(found.pattern)) {
      const { comment, string, number, word, call } = token.groups;
      const kind =
        (comment !== undefined && "comment") ||
        (string !== undefined && "string") ||
        (number !== undefined && "number") ||
        (found.words.has(caseless ? word.toLowerCase() : word) && "keyword") ||
        (call !== undefined && "call");
      if (!kind) continue;
      put(text.slice(from, token.index));
      put(token[0], kind);
      from = token.index + token[0].length;
    }
    put(text.slice(from));
    const made = document.createDocumentFragment();
    made.append(...lines);
    return made;
  };
})();
