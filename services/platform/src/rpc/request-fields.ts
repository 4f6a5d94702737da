// Reads single fields of an encoded request without decoding it: for what happens to a call on its way, where the
// request is bytes. A field that comes twice holds its last value, as protobuf says. What cannot be read counts as absent:
// the owner's pipeline says what is wrong with it.

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/** Walks over the fields of a message, one `next` a field. */
class FieldScan {
  field = 0;
  wireType = 0;
  /** Low 32 bits of a varint. */
  value = 0;
  /** Where the value of a delimited field begins and ends. */
  start = 0;
  end = 0;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** All of it was walked over; false when it is no message. */
  get finished(): boolean {
    return this.#at === this.#bytes.length;
  }

  next(): boolean {
    if (this.#at >= this.#bytes.length) return false;
    const tag = this.#varint();
    this.field = tag >>> 3;
    this.wireType = tag & 7;
    switch (this.wireType) {
      case VARINT:
        this.value = this.#varint();
        break;
      case DELIMITED: {
        const length = this.#varint();
        this.start = this.#at;
        this.#at += length;
        this.end = this.#at;
        break;
      }
      case FIXED64:
        this.#at += 8;
        break;
      case FIXED32:
        this.#at += 4;
        break;
      default:
        this.#at = Number.POSITIVE_INFINITY;
    }
    return this.#at <= this.#bytes.length;
  }

  #varint(): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    this.#at = Number.POSITIVE_INFINITY;
    return 0;
  }
}

const FNV_START = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Ids are the same in either case. */
function step(hash: number, code: number): number {
  const lower = code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
  return Math.imul(hash ^ lower, FNV_PRIME);
}

/** Not 0, whatever the text. */
export function hashOfText(text: string): number {
  let hash = FNV_START;
  for (let at = 0; at < text.length; at += 1) hash = step(hash, text.charCodeAt(at));
  return hash >>> 0 || 1;
}

/** The same as hashOfText of the field's ASCII text; 0 when it is absent or empty. */
export function hashOfField(request: Uint8Array, field: number): number {
  const scan = new FieldScan(request);
  let start = 0;
  let end = 0;
  while (scan.next()) {
    if (scan.field !== field || scan.wireType !== DELIMITED) continue;
    start = scan.start;
    end = scan.end;
  }
  if (!scan.finished || start === end) return 0;
  let hash = FNV_START;
  for (let at = start; at < end; at += 1) hash = step(hash, request[at]!);
  return hash >>> 0 || 1;
}

/** The number in an enum field; 0 when it is absent. */
export function enumField(request: Uint8Array, field: number): number {
  const scan = new FieldScan(request);
  let value = 0;
  while (scan.next()) {
    if (scan.field === field && scan.wireType === VARINT) value = scan.value;
  }
  return scan.finished ? value : 0;
}
