/** Where the pods of a service are: listed once and for all, or behind a name that is asked again and again. */
export type PodAddresses =
  | { readonly kind: "listed"; readonly addresses: readonly string[] }
  | { readonly kind: "named"; readonly name: string; readonly port: number };

const NAMED = /^dns:([A-Za-z0-9._-]+):([0-9]+)$/;
const LISTED = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]+)$/;
const PORT_MAX = 65_535;

const isPort = (text: string | undefined) => text !== undefined && Number(text) >= 1 && Number(text) <= PORT_MAX;

/**
 * `host:port` as often as there are pods, or exactly one `dns:name:port`. Throws an Error whose text says what is wrong with
 * which entry. The same pod must have the same address in all processes: owners are computed from the text.
 */
export function parsePodAddresses(written: readonly string[]): PodAddresses {
  const named = written.find((one) => one.startsWith("dns:"));
  if (named !== undefined) return parseNamed(named, written.length);
  for (const address of written) {
    if (!isPort(LISTED.exec(address)?.[1])) throw new Error(`"${address}" is not host:port or dns:name:port`);
  }
  const addresses = [...new Set(written)].sort();
  if (addresses.length < written.length) throw new Error("an address is listed twice");
  return { kind: "listed", addresses };
}

function parseNamed(written: string, entries: number): PodAddresses {
  if (entries > 1) throw new Error(`"${written}" stands for all pods, so nothing may stand beside it`);
  const [, name, port] = NAMED.exec(written) ?? [];
  if (name === undefined || !isPort(port)) throw new Error(`"${written}" is not dns:name:port`);
  return { kind: "named", name, port: Number(port) };
}
