// The scripts of data/ hand over deflated JSON. Each is loaded once.
"use strict";

(() => {
  const waiting = new Map(); // name → its promise's functions
  const loaded = new Map(); // name → the promise of its value

  explorer.load = (name) => {
    if (!loaded.has(name)) {
      loaded.set(
        name,
        new Promise((resolve, reject) => {
          waiting.set(name, { resolve, reject });
          const script = document.createElement("script");
          script.src = `data/${name}.js`;
          script.onerror = () => {
            loaded.delete(name);
            reject(new Error(`data/${name}.js is missing. Copy the whole folder.`));
          };
          script.onload = () => script.remove();
          document.head.append(script);
        }),
      );
    }
    return loaded.get(name);
  };

  explorer.receive = (name, packed) => {
    const { resolve, reject } = waiting.get(name);
    unpacked(packed).then(resolve, reject);
  };

  async function unpacked(packed) {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  // Columns of lines as one object per line.
  explorer.lines = (columns) => {
    const names = Object.keys(columns);
    return columns.id.map((_, n) => Object.fromEntries(names.map((name) => [name, columns[name][n]])));
  };
})();
