// Asks readers of the npm world about files: `judge.mjs argocd|hcl|yaml FILE…`. Prints one JSON object.
//
// argocd: {"judged": how many documents of Argo CD's kinds there are, "complaints": [what their schemas say]}
// hcl:    {FILE: the tree of a Terraform file, or {"error": …}}
// yaml:   {FILE: the documents as js-yaml takes them, or {"error": …}}
//
// Run with the directory of node_modules as working directory and this text on the command line, so that it finds them.
import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";

const [command, ...files] = process.argv.slice(1);
const text = (file) => readFileSync(file, "utf8");

async function argocd() {
  const { Application } = await import("@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application");
  const { ApplicationSet } = await import("@kubernetes-models/argo-cd/argoproj.io/v1alpha1/ApplicationSet");
  const { AppProject } = await import("@kubernetes-models/argo-cd/argoproj.io/v1alpha1/AppProject");
  const models = { Application, ApplicationSet, AppProject };
  const result = { judged: 0, complaints: [] };
  for (const file of files) {
    for (const document of loadAll(text(file))) {
      if (document?.apiVersion !== "argoproj.io/v1alpha1") continue;
      result.judged += 1;
      const Model = models[document.kind];
      try {
        if (!Model) throw new Error("Argo CD has no such kind");
        new Model(document).validate();
      } catch (error) {
        result.complaints.push(`${file}: ${document.kind} ${document.metadata?.name}: ${error.message}`);
      }
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
