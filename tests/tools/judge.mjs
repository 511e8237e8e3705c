// Asks readers of the npm world about files: `judge.mjs argocd|hcl|yaml FILE…`. Prints one JSON object.
//
// argocd: {"judged": how many documents of Argo CD's kinds there are, "complaints": [what their schemas say]}
// hcl:    {FILE: the tree of a Terraform file, or {"error": …}}
// yaml:   {FILE: the documents as js-yaml takes them, or {"error": …}}
//
// Run with the directory of node_modules as working directory and this text on the command line, so that it finds them.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { loadAll } from "js-yaml";

const [command, ...files] = process.argv.slice(1);
const text = (file) => readFileSync(file, "utf8");

// The schemas of Argo CD let fields pass that they do not have. Those are found by watching which fields a validator asks for:
// it reads all that its schema names, and lists the keys of a map.
function watcher() {
  const [proxies, asked] = [new Map(), new Map()];
  const seen = (object) => asked.get(object) ?? asked.set(object, new Set()).get(object);
  const watch = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (!proxies.has(value)) {
      const get = (object, key) => {
        if (typeof key === "string") seen(object).add(key);
        return watch(object[key]);
      };
      const ownKeys = (object) => {
        Object.keys(object).forEach((key) => seen(object).add(key));
        return Reflect.ownKeys(object);
      };
      proxies.set(value, new Proxy(value, { get, ownKeys }));
    }
    return proxies.get(value);
  };
  // The package has this field in its types; what it makes of the schema loses fields that are called `description`.
  const lost = (path, key) => key === "description" && path === "/spec";
  const unknown = (value, path) => {
    // What no validator looks into is free.
    if (value === null || typeof value !== "object" || !asked.has(value)) return [];
    const known = (key) => Array.isArray(value) || asked.get(value).has(key) || lost(path, key);
    const own = (key) => (known(key) ? [] : [`${path}/${key} is no field`]);
    return Object.keys(value).flatMap((key) => [...own(key), ...unknown(value[key], `${path}/${key}`)]);
  };
  return { watch, unknown: (document) => unknown(document, "") };
}

async function argocd() {
  const folder = resolve("node_modules/@kubernetes-models/argo-cd/_schemas");
  const prefix = "ComGithubArgoprojArgoCdV3PkgApisApplicationV1alpha1";
  const result = { judged: 0, complaints: [] };
  for (const file of files) {
    for (const document of loadAll(text(file))) {
      if (document?.apiVersion !== "argoproj.io/v1alpha1") continue;
      result.judged += 1;
      const complain = (what) => result.complaints.push(`${file}: ${document.kind} ${document.metadata?.name}: ${what}`);
      if (!["Application", "ApplicationSet", "AppProject"].includes(document.kind)) {
        complain("Argo CD has no such kind");
        continue;
      }
      const { validate } = await import(pathToFileURL(`${folder}/${prefix}${document.kind}.js`));
      const watched = watcher();
      if (!validate(watched.watch(document))) {
        validate.errors.forEach((error) => complain(`${error.instancePath} ${error.message ?? error.keyword}`));
      }
      watched.unknown(document).forEach(complain);
    }
  }
  return result;
}

async function each(read) {
  const result = {};
  for (const file of files) {
    try {
      result[file] = await read(file);
    } catch (error) {
      result[file] = { error: String(error.message ?? error) };
    }
  }
  return result;
}

const commands = {
  argocd,
  hcl: async () => {
    const { parse } = await import("@cdktf/hcl2json");
    return each((file) => parse(file, text(file)));
  },
  yaml: () => each((file) => loadAll(text(file))),
};
process.stdout.write(JSON.stringify(await commands[command]()));
