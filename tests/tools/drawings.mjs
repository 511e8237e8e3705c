// Reads drawings as Mermaid and Graphviz do: the files named after the folder of their packages. Says what is wrong with each.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [place, ...files] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${place}/`));

// Graphviz is loaded before there is a page: it would look for its file there.
const graphviz = await require("@viz-js/viz").instance();
const { JSDOM } = require("jsdom");
const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });
const mermaid = (await import(pathToFileURL(`${place}/node_modules/mermaid/dist/mermaid.core.mjs`))).default;

let wrong = 0;
for (const file of files) {
  const text = readFileSync(file, "utf8");
  try {
    if (file.endsWith(".dot")) {
      const drawn = graphviz.render(text, { format: "svg" });
      // Widths of letters that this Graphviz has no font for are no matter of the drawing.
      const said = drawn.errors.filter((error) => !/width of/.test(error.message)).map((error) => error.message);
      if (drawn.status !== "success" || said.length > 0) throw new Error(said.join("\n"));
    } else {
      const read = await mermaid.parse(text);
      if (read.diagramType !== "flowchart-v2") throw new Error(`this is a ${read.diagramType}`);
    }
  } catch (error) {
    wrong += 1;
    console.log(`${file}: ${error.message}`);
  }
}
console.log(`${files.length} drawings, ${wrong} wrong`);
process.exit(wrong > 0 ? 1 : 0);
