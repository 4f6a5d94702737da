import { parseArgs } from "node:util";
import { ALL, scenarios } from "./scenarios/index.js";

export interface Wanted {
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly settings: Readonly<Record<string, string>>;
  readonly profileFolder: string | undefined;
}

export const USAGE = `npm run bench -- [--quick] [--set PARLANCE_X=y] [--profile FOLDER] <scenario…>
scenarios: ${Object.keys(scenarios).join(", ")}; all: ${ALL.join(", ")}`;

/** Throws with the usage. */
export function readArguments(args: readonly string[]): Wanted {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { quick: { type: "boolean" }, set: { type: "string", multiple: true }, profile: { type: "string" } },
    });
    const names = positionals.flatMap((name) => (name === "all" ? ALL : [name]));
    if (names.length === 0) throw new Error("no scenario is named");
    for (const name of names) if (!Object.hasOwn(scenarios, name)) throw new Error(`there is no scenario ${name}`);
    return { names, quick: values.quick ?? false, settings: settingsOf(values.set ?? []), profileFolder: values.profile };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
}

function settingsOf(assignments: readonly string[]): Record<string, string> {
  return Object.fromEntries(assignments.map((assignment) => {
    const [name = "", ...value] = assignment.split("=");
    if (!name.startsWith("PARLANCE_") || value.length === 0) throw new Error(`${assignment} is not PARLANCE_NAME=value`);
    return [name, value.join("=")];
  }));
}
