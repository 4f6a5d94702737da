import { expect, it } from "vitest";
import { declareSettings, settingsTable } from "./index.js";

const first = declareSettings({
  rows: { env: "PARLANCE_ROWS_MAX", type: "int", default: 5, min: 1, max: 9, unit: "rows", doc: "Rows | lines\nthat wait." },
  level: { env: "PARLANCE_LEVEL", type: "enum", values: ["a", "b"], default: "a", doc: "Level." },
});
const second = declareSettings({
  brokers: { env: "PARLANCE_BROKERS", type: "list", optional: true, doc: "Brokers." },
  secret: { env: "PARLANCE_SECRET", type: "string", secret: true, default: "canary", doc: "Secret." },
  dir: { env: "PARLANCE_DIR", type: "path", doc: "Folder." },
});

it("lists settings by name with type, range, default and meaning, and shows no secret", () => {
  expect(settingsTable([first, second])).toBe(`| Variable | Type | Default | Meaning |
|---|---|---|---|
| \`PARLANCE_BROKERS\` | list | – | Brokers. |
| \`PARLANCE_DIR\` | path | **required** | Folder. |
| \`PARLANCE_LEVEL\` | \`a\`, \`b\` | \`a\` | Level. |
| \`PARLANCE_ROWS_MAX\` | int 1…9 (rows) | \`5\` | Rows \\| lines that wait. |
| \`PARLANCE_SECRET\` | string | (not shown) | Secret. May be given as a file in \`PARLANCE_SECRET_FILE\`. |
`);
});

it("gives the same bytes whatever the order of the declarations, and a shared setting once", () => {
  expect(settingsTable([second, first, second])).toBe(settingsTable([first, second]));
});
