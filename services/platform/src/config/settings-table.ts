import type { Declaration, Setting } from "./setting.js";

function typeText(setting: Setting): string {
  switch (setting.type) {
    case "enum": return setting.values.map((value) => `\`${value}\``).join(", ");
    case "int": {
      const { min, max, unit } = setting;
      const range = min === undefined && max === undefined ? "" : ` ${min ?? ""}…${max ?? ""}`;
      return `int${range}${unit === undefined ? "" : ` (${unit})`}`;
    }
    case "string": case "bool": case "list": case "path": case "hostport":
      return setting.unit === undefined ? setting.type : `${setting.type} (${setting.unit})`;
  }
}

function defaultText(setting: Setting): string {
  if (setting.default === undefined) return setting.optional === true ? "–" : "**required**";
  if (setting.secret === true) return "(not shown)";
  const text = Array.isArray(setting.default) ? setting.default.join(",") : String(setting.default);
  return text === "" ? "(empty)" : `\`${text}\``;
}

function row(setting: Setting): string {
  const secret = setting.secret === true ? ` May be given as a file in \`${setting.env}_FILE\`.` : "";
  const cells = [`\`${setting.env}\``, typeText(setting), defaultText(setting), setting.doc + secret];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s+/g, " ")).join(" | ")} |`;
}

/** The operator's table of settings in Markdown, by name; the same settings always give the same bytes. */
export function settingsTable(declarations: readonly Declaration[]): string {
  const settings = declarations.flatMap((declaration) => Object.values(declaration));
  const byName = new Map(settings.map((setting) => [setting.env, setting] as const));
  // Not by locale: the file must not depend on the machine that makes it.
  const sorted = [...byName.values()].sort((left, right) => (left.env < right.env ? -1 : 1));
  return ["| Variable | Type | Default | Meaning |", "|---|---|---|---|", ...sorted.map(row), ""].join("\n");
}
