// The chart as Helm renders it (deploy/helm/check.mjs lints, validates and holds it against S42). Takes Go and about a minute and a
// half for the first time, so it runs where it is asked for: `npm run test:cluster`, or PARLANCE_TEST_HELM=required.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { processEnvironment } from "@parlance/platform/config";
import { neededBy, problemsWith, PROCESSES, root, type ProcessName } from "./declared.js";

interface Workload {
  readonly kind: string;
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
}
interface Container {
  readonly name: ProcessName;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly containerPort: number }[];
}

type Objects = readonly Record<string, unknown>[];

/** Each takes one thing away that S42 asks for; applied to the text of the objects. */
const BREAKS: readonly { readonly what: string; readonly from: RegExp; readonly to: string }[] = [
  { what: "a process that may be root", from: /"runAsNonRoot":true/, to: `"runAsNonRoot":false` },
  { what: "an image that may be written to", from: /"readOnlyRootFilesystem":true/, to: `"readOnlyRootFilesystem":false` },
  { what: "a process that keeps capabilities", from: /"drop":\["ALL"\]/, to: `"drop":["NET_RAW"]` },
  { what: "a process without limits", from: /"limits":/, to: `"limit":` },
  { what: "a process without a liveness probe", from: /"livenessProbe":/, to: `"aliveProbe":` },
  { what: "a liveness probe that asks for the store", from: /("livenessProbe":\{"httpGet":\{"path":)"\/live"/, to: `$1"/ready"` },
  { what: "a process that is killed while it stops", from: /"terminationGracePeriodSeconds":180/, to: `"terminationGracePeriodSeconds":100` },
  { what: "a process without a disruption budget", from: /"kind":"PodDisruptionBudget"/, to: `"kind":"Nothing"` },
  { what: "a cluster that lets in what nobody named", from: /"kind":"NetworkPolicy"/, to: `"kind":"Nothing"` },
  { what: "a service that everybody may call", from: /("port":"exchange"\}\]),"from":/, to: `$1,"form":` },
  { what: "variables of other services", from: /"enableServiceLinks":false/, to: `"enableServiceLinks":true` },
  { what: "a secret that is written down", from: /("name":"PARLANCE_CLUSTER_SECRET"),"valueFrom":\{[^}]*\}\}/, to: `$1,"value":"s"` },
  { what: "two presence pods", from: /"replicas":1,"strategy":\{"type":"Recreate"\}/, to: `"replicas":2,"strategy":{"type":"Recreate"}` },
];

const WITHIN_MS = 300_000;
const isAsked = processEnvironment()["PARLANCE_TEST_HELM"] === "required";
const folder = mkdtempSync(join(tmpdir(), "parlance-helm-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!isAsked)("the chart, rendered", () => {
  let containers: readonly Container[] = [];
  let printed = "";

  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, "deploy/helm/check.mjs"), "--out", folder]);
    printed = stdout;
    const objects = readdirSync(folder).flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), "utf8")))
      .map((document) => document.toJS() as Workload | null);
    containers = objects.filter((object) => object?.kind === "Deployment").map((object) => object!.spec.template.spec.containers[0]!);
  }, WITHIN_MS);

  it("passes lint, Kubernetes' schemas and S42 for three sets of values", () => {
    process.stdout.write(printed);
    expect(containers).toHaveLength(3 * PROCESSES.length);
  });

  it("gives each process settings it knows, with values it takes, and all it needs", () => {
    const wrong = containers.flatMap(({ name, env }) => {
      const own = Object.fromEntries(env.filter((one) => one.name.startsWith("PARLANCE_")).map((one) => [one.name, one.value ?? "x".repeat(64)]));
      return [...problemsWith(name, own), ...neededBy(name).filter((needed) => own[needed] === undefined)].map((text) => `${name}: ${text}`);
    });
    expect(wrong).toEqual([]);
  });

  it("opens exactly the ports where the process listens", () => {
    for (const { env, ports } of containers) {
      const listens = env.filter(({ name }) => name.endsWith("_LISTEN")).map(({ value = "" }) => Number(value.slice(value.lastIndexOf(":") + 1)));
      expect(new Set(ports.map(({ containerPort }) => containerPort))).toEqual(new Set(listens));
    }
  });

  it.each(BREAKS)("would not pass S42 with $what", async ({ from, to }) => {
    const policy = await import(pathToFileURL(join(root, "deploy/helm/lib/policy.mjs")).href) as { problemsOf(objects: Objects): readonly string[] };
    const objects = parseAllDocuments(readFileSync(join(folder, "small.yaml"), "utf8")).map((document) => document.toJS() as Objects[number] | null)
      .filter((object) => object !== null);
    const text = JSON.stringify(objects);
    expect(from.test(text)).toBe(true);
    expect(policy.problemsOf(objects)).toEqual([]);
    expect(policy.problemsOf(JSON.parse(text.replace(from, to)) as Objects)).not.toEqual([]);
  });
});
