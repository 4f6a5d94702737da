import type { SqliteCommand, SqliteModule } from "./module.js";

export type CommandTable = ReadonlyMap<string, SqliteCommand>;

/** Loads the adapter files. They are named by URL because functions cannot cross into a thread. */
export async function loadModules(urls: readonly string[]): Promise<SqliteModule[]> {
  const loaded = await Promise.all(urls.map((url) => import(url) as Promise<{ sqlite?: SqliteModule }>));
  const modules = loaded.map((exports, index) => {
    if (exports.sqlite === undefined) throw new Error(`${urls[index]} does not export "sqlite"`);
    return exports.sqlite;
  });
  const names = new Set(modules.map((module) => module.name));
  if (names.size !== modules.length) throw new Error("two SQLite modules have one name");
  return modules;
}

/** Commands by their full name, `messaging.append`. */
export function commandTable(modules: readonly SqliteModule[], kind: "write" | "read"): CommandTable {
  const table = new Map<string, SqliteCommand>();
  for (const module of modules) {
    for (const [name, command] of Object.entries(module[kind])) table.set(`${module.name}.${name}`, command);
  }
  return table;
}

export function commandOf(table: CommandTable, name: string): (db: unknown, args: unknown) => unknown {
  const command = table.get(name);
  if (command === undefined) throw new Error(`there is no SQLite command "${name}"`);
  return command as (db: unknown, args: unknown) => unknown;
}
