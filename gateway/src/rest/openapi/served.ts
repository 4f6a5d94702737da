import { createHash } from "node:crypto";
import type { JsonObject } from "../input/json-body.js";
import type { HttpAnswer, RequestHead } from "../../ws/transport.js";

const HASH_CHARACTERS = 32;

/** The document as bytes with its strong tag; made when first asked for, since most processes are never asked. */
export class ServedDocument {
  readonly #make: () => JsonObject;
  #served: { readonly body: string; readonly etag: string } | undefined;

  constructor(make: () => JsonObject) {
    this.#make = make;
  }

  answer(head: RequestHead): HttpAnswer {
    const { body, etag } = (this.#served ??= tagged(this.#make()));
    const known = (head.header("if-none-match") ?? "").split(",").map((each) => each.trim().replace(/^W\//, ""));
    return known.includes(etag) || known.includes("*") ? { status: 304, headers: { etag } } : { status: 200, headers: { etag }, body };
  }
}

function tagged(document: JsonObject) {
  const body = JSON.stringify(document);
  return { body, etag: `"${createHash("sha256").update(body).digest("hex").slice(0, HASH_CHARACTERS)}"` };
}
