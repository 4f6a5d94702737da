import { fail } from "@parlance/platform/errors";
import { checkText } from "../input/json-body.js";

/** What a tree of paths needs to know of a row. */
export interface Located {
  readonly method: string;
  /** With parameters as `{name}`. */
  readonly path: string;
}

export interface Match<R> {
  readonly route: R;
  /** Decoded, by name. */
  readonly params: Readonly<Record<string, string>>;
}

interface Node<R> {
  readonly literals: Map<string, Node<R>>;
  parameter: Node<R> | undefined;
  readonly byMethod: Map<string, R>;
}

const node = <R>(): Node<R> => ({ literals: new Map(), parameter: undefined, byMethod: new Map() });
const isParameter = (segment: string) => segment.startsWith("{");

/** Finds the row of a path. A literal segment wins over a parameter; one trailing slash is passed over. */
export class RouteTree<R extends Located> {
  readonly #root = node<R>();

  constructor(routes: readonly R[]) {
    for (const route of routes) this.#add(route);
  }

  /** HEAD is answered like GET. Throws ERR_API_NOT_FOUND; ERR_BAD_REQUEST for what is no UTF-8. */
  find(method: string, path: string): Match<R> {
    const segments = path.split("/").slice(1);
    if (segments.length > 1 && segments.at(-1) === "") segments.pop();
    const found = this.#walk(this.#root, segments.map(decodedSegment), 0, method === "HEAD" ? "GET" : method);
    if (found === undefined) throw fail("ERR_API_NOT_FOUND");
    return found;
  }

  #add(route: R): void {
    let at = this.#root;
    for (const segment of route.path.split("/").slice(1)) {
      if (isParameter(segment)) at = at.parameter ??= node();
      else {
        const next = at.literals.get(segment) ?? node<R>();
        at.literals.set(segment, next);
        at = next;
      }
    }
    if (at.byMethod.has(route.method)) throw new Error(`${route.method} ${route.path} stands twice in the table`);
    at.byMethod.set(route.method, route);
  }

  #walk(at: Node<R>, segments: readonly string[], depth: number, method: string): Match<R> | undefined {
    const segment = segments[depth];
    if (segment === undefined) {
      const route = at.byMethod.get(method);
      return route === undefined ? undefined : { route, params: paramsOf(route, segments) };
    }
    const literal = at.literals.get(segment);
    const found = literal === undefined ? undefined : this.#walk(literal, segments, depth + 1, method);
    if (found !== undefined || at.parameter === undefined || segment === "") return found;
    return this.#walk(at.parameter, segments, depth + 1, method);
  }
}

function paramsOf(route: Located, segments: readonly string[]): Readonly<Record<string, string>> {
  const names = route.path.split("/").slice(1);
  return Object.fromEntries(names.flatMap((name, index) =>
    isParameter(name) ? [[name.slice(1, -1), segments[index] ?? ""]] : []));
}

function decodedSegment(segment: string): string {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    throw fail("ERR_BAD_REQUEST", undefined, { fields: { path: "is not percent-encoded UTF-8" } });
  }
  checkText(text, "path");
  return text;
}
