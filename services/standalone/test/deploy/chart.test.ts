// The chart without Helm: what its files say, held against the declarations. What Helm makes of them is in helm.test.ts.
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CALLS, namesOf, PROCESSES, problemsWith, readText, root } from "./declared.js";

const chart = "deploy/helm/parlance";
const helpers = readText(`${chart}/templates/_helpers.tpl`);
const everything = new Set(PROCESSES.flatMap((process) => [...namesOf(process)]));
type Sets = Readonly<Record<string, { readonly settings?: Readonly<Record<string, string | number | boolean>> } | undefined>>;

const settingsIn = (file: string) => {
  const values = parse(readText(file)) as Sets;
  const given = (part: string) => Object.fromEntries(Object.entries(values[part]?.settings ?? {}).map(([name, value]) => [name, String(value)]));
  return PROCESSES.map((process) => ({ process, settings: { ...given("defaults"), ...given(process) } }));
};

describe("the chart", () => {
  it("writes no variable that no process of a cluster knows", () => {
    const written = [...helpers.matchAll(/\bPARLANCE_[A-Z_]+[A-Z]\b/g)].map(([name]) => name);
    expect(written.length).toBeGreaterThan(15);
    expect(written.filter((name) => !everything.has(name))).toEqual([]);
  });

  it("has a file for each process, which calls whom the process calls", () => {
    for (const process of PROCESSES) {
      expect(readText(`${chart}/templates/${process}.yaml`)).toContain(`"process" "${process}" "own" .Values.${process}`);
      const called = new RegExp(`eq \\. "${process}" -}}([a-z,]+)`).exec(helpers)?.[1]?.split(",") ?? [];
      expect(called).toEqual(CALLS[process]);
    }
  });

  it("has values and examples whose settings their processes take", () => {
    const files = [`${chart}/values.yaml`, ...readdirSync(`${root}deploy/helm/values`).map((file) => `deploy/helm/values/${file}`)];
    const wrong = files.flatMap((file) => settingsIn(file).flatMap(({ process, settings }) => problemsWith(process, settings).map((text) => `${file}: ${process}: ${text}`)));
    expect(wrong).toEqual([]);
  });

  it("describes every value in its schema, and refuses the others", () => {
    const schema = JSON.parse(readText(`${chart}/values.schema.json`)) as Schema;
    const undescribed = (value: unknown, at: Schema, path: string): string[] => {
      if (at.properties === undefined || value === null || typeof value !== "object" || Array.isArray(value)) return [];
      if (at.additionalProperties !== false) return [`${path} takes anything`];
      return Object.entries(value).flatMap(([name, inner]) => {
        const next = at.properties?.[name];
        return next === undefined ? [`${path}.${name}`] : undescribed(inner, next, `${path}.${name}`);
      });
    };
    expect(undescribed(parse(readText(`${chart}/values.yaml`)), schema, "values")).toEqual([]);
  });
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}
