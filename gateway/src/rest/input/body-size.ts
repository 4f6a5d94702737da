import { fail } from "@parlance/platform/errors";
import type { RequestHead } from "../../ws/transport.js";

const BODY_BYTES_MAX = 256 * 1024;
const URL_CHARACTERS_MAX = 8 * 1024;
const JSON_TYPE = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

const tooLarge = (limit: number) => fail("ERR_PAYLOAD_TOO_LARGE", undefined, { params: { limit } });

/** Size and type as the head tells them, before anything else is done. */
export function checkHead(head: RequestHead, hasBody: boolean): void {
  if (head.path.length + head.query.length + 1 > URL_CHARACTERS_MAX) throw tooLarge(URL_CHARACTERS_MAX);
  if (!hasBody) return;
  const length = head.header("content-length");
  if (length !== undefined && Number(length) > BODY_BYTES_MAX) throw tooLarge(BODY_BYTES_MAX);
  const type = head.header("content-type")?.trim() ?? "";
  if (type !== "" && length !== "0" && !JSON_TYPE.test(type)) throw fail("ERR_UNSUPPORTED_MEDIA_TYPE");
}

/** Size of a body whose head did not tell it. */
export function checkBody(body: Uint8Array): void {
  if (body.byteLength > BODY_BYTES_MAX) throw tooLarge(BODY_BYTES_MAX);
}
