import { readFileSync } from "node:fs";

/** Variables by name; the real ones or a test's. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's variables. The only place that looks at them. */
export function processEnvironment(): Environment {
  return { ...process.env };
}

/** How a secret's file is read. */
export type ReadSecretFile = (path: string) => string;

export const readSecretFile: ReadSecretFile = (path) => readFileSync(path, "utf8");
