import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { neededBy, problemsWith, PROCESSES, readText, root, type ProcessName } from "./declared.js";

interface Service {
  readonly image: string;
  readonly build?: { readonly dockerfile: string; readonly target: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly read_only?: boolean;
  readonly stop_grace_period?: string;
}

const text = readText("docker-compose.yml");
const compose = parse(text, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
};
const ours = Object.entries(compose.services).filter(([, service]) => service.build !== undefined)
  .map(([name, service]) => ({ name, process: service.build!.target as ProcessName, service, env: filledIn(service.environment ?? {}) }));

/** As compose reads it with a .env of required values only. */
function filledIn(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)
    .replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1").replaceAll(/\$\{\w+:\?[^}]*\}/g, "x".repeat(64))]));
}

const portOf = (address: string) => address.slice(address.lastIndexOf(":") + 1);

describe("docker-compose.yml", () => {
  it("runs every process of a cluster, messaging and the gateway twice", () => {
    const count = (process: ProcessName) => ours.filter((one) => one.process === process).length;
    expect(PROCESSES.map((process) => `${process} ${count(process)}`)).toEqual(
      ["identity 1", "group 1", "messaging 2", "presence 1", "gateway 2"],
    );
  });

  it.each(ours)("gives $name settings it knows, with values it takes, and all it needs", ({ process, env }) => {
    const own = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("PARLANCE_")));
    expect(problemsWith(process, own)).toEqual([]);
    expect(neededBy(process).filter((name) => (own[name] ?? "") === "")).toEqual([]);
  });

  it.each(ours)("sends $name to ports where somebody listens", ({ env }) => {
    const targets = Object.entries(env).filter(([name]) => name.endsWith("_PODS")).flatMap(([, list]) => list.split(","));
    const wrong = targets.filter((target) => {
      const there = ours.find(({ name }) => target.startsWith(`${name}:`));
      return there === undefined || portOf(there.env["PARLANCE_EXCHANGE_LISTEN"] ?? "") !== portOf(target);
    });
    expect(wrong).toEqual([]);
    expect(portOf(env["PARLANCE_KAFKA_BROKERS"] ?? "")).toBe("9092");
    expect(compose.services["kafka"]?.environment?.["KAFKA_ADVERTISED_LISTENERS"]).toBe(`PLAINTEXT://${env["PARLANCE_KAFKA_BROKERS"]}`);
  });

  it.each(ours)("asks $name for its health where it answers, and waits for what it needs", ({ service, env }) => {
    expect(service.healthcheck?.test.join(" ")).toContain(`:${portOf(env["PARLANCE_MANAGEMENT_LISTEN"] ?? "")}/ready`);
    const needs = Object.entries(service.depends_on ?? {});
    expect(needs.length).toBeGreaterThan(0);
    const wrong = needs.filter(([name, { condition }]) => compose.services[name] === undefined
      || (condition === "service_healthy" && compose.services[name].healthcheck === undefined)
      || (condition === "service_completed_successfully") !== (name === "mongodb-init"));
    expect(wrong).toEqual([]);
  });

  it("shows only gateways to the world, at the port they listen on", () => {
    const open = Object.entries(compose.services).filter(([, { ports }]) => ports !== undefined);
    expect(open.map(([name]) => name)).toEqual(["gateway-1", "gateway-2"]);
    for (const [name, { ports }] of open) {
      expect(portOf(ports![0]!)).toBe(portOf(ours.find((one) => one.name === name)!.env["PARLANCE_GATEWAY_LISTEN"]!));
    }
    expect(compose.networks["inside"]?.internal).toBe(true);
    const outside = Object.entries(compose.services).filter(([, { networks }]) => networks.some((network) => network !== "inside"));
    expect(outside.map(([name]) => name)).toEqual(["gateway-1", "gateway-2"]);
  });

  it("gives messaging pods different numbers, and every process time to stop", () => {
    const numbers = ours.map(({ env }) => env["PARLANCE_MESSAGING_NODE"]).filter((number) => number !== undefined);
    expect(new Set(numbers).size).toBe(2);
    for (const { process, service } of ours) {
      expect(Number.parseInt(service.stop_grace_period ?? "0", 10)).toBeGreaterThan(process === "gateway" ? 100 : 30);
    }
  });

  it("has no secret in it, and env.example names those that must be given", () => {
    const asked = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    expect(new Set(asked)).toEqual(new Set(["PARLANCE_CLUSTER_SECRET", "PARLANCE_ADMIN_KEYS"]));
    const example = readText("deploy/docker/env.example");
    expect(asked.filter((name) => !new RegExp(`^${name}=$`, "m").test(example))).toEqual([]);
  });

  it("builds targets that the Dockerfile has, from files that exist", () => {
    for (const { service } of ours) {
      expect(existsSync(root + service.build!.dockerfile)).toBe(true);
      expect(readText(service.build!.dockerfile)).toMatch(new RegExp(`^FROM \\S+ AS ${service.build!.target}$`, "m"));
      expect(service.read_only).toBe(true);
    }
  });
});
