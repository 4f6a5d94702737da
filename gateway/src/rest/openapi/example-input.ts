import { uid } from "@parlance/platform/ids";
import type { Caller } from "@parlance/platform/rpc";
import { readInput } from "../input/read-input.js";
import type { Input, Route } from "../routes/route.js";
import type { JsonObject } from "../input/json-body.js";

const ALICE = uid("alice");

/** The example of a row as its functions get it: read by the row's own fields, so that an example that does not fit fails. */
export function exampleInput(route: Route): Input<JsonObject, JsonObject, JsonObject> {
  const { params = {}, query = "", body } = route.example;
  const bytes = body === undefined ? new Uint8Array(0) : Buffer.from(JSON.stringify(body));
  const read = readInput(route, { params, query, body: bytes });
  if (read.ignored.length > 0) throw new Error(`${route.number}: the example names ${read.ignored.join(", ")}`);
  const caller: Caller = { kind: "user", uid: ALICE, tokenId: "alice_1767225600aa" };
  return { ...read, caller, viewer: ALICE };
}
