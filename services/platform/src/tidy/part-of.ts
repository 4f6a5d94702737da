// Which part of the layout a file belongs to; the import matrix speaks in these words.

export type Part =
  | "proto" | "platform" | "gateway" | "standalone" | "sdk" | "console" | "bench"
  // The parts of a service.
  | "domain" | "log" | "ports" | "adapters" | "rpc" | "events" | "steps" | "clients" | "wiring";

export interface Place {
  readonly part: Part;
  /** `services/messaging`, `gateway`, `clients/sdk`, … */
  readonly home: string;
  /** Folder of the platform, else empty. */
  readonly folder: string;
}

/** Services that are built from the parts; the others have a shape of their own. */
export function isService(home: string): boolean {
  return home.startsWith("services/") && home !== "services/platform" && home !== "services/standalone";
}

export function partOf(path: string): Place {
  const home = /^(?:services|clients)\/[^/]+/.exec(path)?.[0] ?? path.split("/")[0] ?? "";
  const inside = path.slice(home.length + "/src/".length);
  const folder = home === "services/platform" ? inside.split("/")[0] ?? "" : "";
  return { part: isService(home) ? servicePart(inside) : homePart(home), home, folder };
}

function homePart(home: string): Part {
  return home.split("/").at(-1) as Part;
}

function servicePart(inside: string): Part {
  if (/^store\/(sqlite|mongo)\//.test(inside)) return "adapters";
  if (inside.startsWith("store/")) return "ports";
  if (inside === "clients.ts") return "clients";
  const folder = inside.split("/")[0];
  if (folder === "domain" || folder === "log" || folder === "rpc" || folder === "events" || folder === "steps") return folder;
  return "wiring";
}
