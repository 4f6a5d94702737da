// The chart as Helm renders it (deploy/helm/check.mjs lints, validates and holds it against S42). Takes Go and about a minute and a
// half for the first time, so it runs where it is asked for: `npm run test:cluster`, or PARLANCE_TEST_HELM=required.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
});
