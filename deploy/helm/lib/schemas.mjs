import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { go } from "./tools.mjs";

export const KUBERNETES = "1.37.2";
const KINDS = ["Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy", "Ingress"];
const LOOSE = {
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { oneOf: [{ type: "string" }, { type: "integer" }] },
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { oneOf: [{ type: "string" }, { type: "number" }] },
};

/** A folder with a schema for each kind, named as kubeconform looks for them. */
export function makeSchemas(cache) {
  const folder = join(cache, `schemas-${KUBERNETES}`);
  if (existsSync(folder)) return folder;
  const { Dir: module } = JSON.parse(go(["mod", "download", "-json", `k8s.io/kubernetes@v${KUBERNETES}`]));
  const { definitions } = JSON.parse(readFileSync(join(module, "api/openapi-spec/swagger.json"), "utf8"));
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  for (const [name, definition] of Object.entries(definitions)) {
    for (const { group, version, kind } of definition["x-kubernetes-group-version-kind"] ?? []) {
      if (!KINDS.includes(kind)) continue;
      const file = [kind, group.split(".")[0], version].filter((part) => part !== "").join("-").toLowerCase();
      writeFileSync(join(fresh, `${file}.json`), JSON.stringify(schemaOf(name, { group, version, kind }, definitions)));
    }
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return folder;
}

/** Self-contained, and strict: a field that Kubernetes does not know is an error. */
function schemaOf(name, { group, version, kind }, all) {
  const needed = new Map();
  const add = (one) => {
    if (needed.has(one)) return;
    const made = strict(one, all[one]);
    needed.set(one, made);
    for (const [, next] of JSON.stringify(made).matchAll(/"#\/definitions\/([^"]+)"/g)) add(next);
  };
  add(name);
  const top = { ...needed.get(name), required: [...new Set(["apiVersion", "kind", "metadata", ...all[name].required ?? []])] };
  top.properties = { ...top.properties, apiVersion: { const: group === "" ? version : `${group}/${version}` }, kind: { const: kind } };
  return { $schema: "http://json-schema.org/draft-07/schema#", ...top, definitions: Object.fromEntries(needed) };
}

function strict(name, definition) {
  if (LOOSE[name] !== undefined) return LOOSE[name];
  const { description: _, ...rest } = definition;
  return rest.properties === undefined || rest.additionalProperties !== undefined ? rest : { ...rest, additionalProperties: false };
}
