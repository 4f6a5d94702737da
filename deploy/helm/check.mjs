// Checks the chart without a cluster: node deploy/helm/check.mjs [--cache DIR] [--out DIR]
// Helm and kubeconform are built from the Go module proxy, and the schemas are made from the API description in Kubernetes' own
// module, so nothing but Go is needed. The chart is linted, rendered for every file in values/, validated strictly, and its objects
// are held against S42. Rendered objects go to --out.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { parseAllDocuments } from "yaml";
import { problemsOf } from "./lib/policy.mjs";
import { KUBERNETES, makeSchemas } from "./lib/schemas.mjs";
import { tool } from "./lib/tools.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const chart = join(here, "parlance");

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({ options: { cache: { type: "string" }, out: { type: "string" } } });
  const cache = values.cache ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "parlance", "helm");
  const out = values.out ?? mkdtempSync(join(tmpdir(), "parlance-chart-"));
  try {
    check(cache, out);
  } catch (error) {
    console.error(`check: ${error.message}`);
    process.exitCode = 1;
  } finally {
    if (values.out === undefined) rmSync(out, { recursive: true, force: true });
  }
}

function check(cache, out) {
  mkdirSync(out, { recursive: true });
  const [helm, kubeconform] = timed("tools", () => [tool("helm", cache), tool("kubeconform", cache)]);
  const schemas = timed("schemas", () => makeSchemas(cache));
  const sets = readdirSync(join(here, "values")).filter((file) => file.endsWith(".yaml")).map((file) => join(here, "values", file));
  for (const file of sets) {
    const name = basename(file, ".yaml");
    timed(name, () => {
      const given = ["--values", file, "--kube-version", KUBERNETES, "--namespace", "chat"];
      run(helm, ["lint", "--strict", "--quiet", chart, ...given]);
      const rendered = run(helm, ["template", "demo", chart, ...given]);
      const path = join(out, `${name}.yaml`);
      writeFileSync(path, rendered);
      // Its schema is the Prometheus operator's, not Kubernetes'.
      run(kubeconform, ["-strict", "-summary", "-skip", "ServiceMonitor", "-schema-location", join(schemas, "{{.ResourceKind}}{{.KindSuffix}}.json"), path]);
      const objects = parseAllDocuments(rendered).map((document) => document.toJS()).filter((object) => object !== null);
      const problems = problemsOf(objects);
      if (problems.length > 0) throw new Error(`${name} breaks S42:\n${problems.join("\n")}`);
      return `${objects.length} objects`;
    });
  }
}

function timed(what, work) {
  const began = performance.now();
  const result = work();
  console.log(`check: ${what}${typeof result === "string" && !result.includes("/") ? `, ${result}` : ""}, ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${basename(command)} ${args[0]} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}
