// Walks the fields of a protobuf message in place: nothing is copied, decoded or allocated that is not asked for. A load
// generator reads some ten times as many frames as it needs to understand whole.

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

export class Fields {
  bytes: Uint8Array = new Uint8Array(0);
  /** Field number of the current field. */
  number = 0;
  /** Value of a varint field. */
  value = 0;
  /** Where the content of a delimited field begins and ends. */
  start = 0;
  end = 0;
  #position = 0;
  #limit = 0;

  over(bytes: Uint8Array, start: number, end: number): this {
    this.bytes = bytes;
    this.#position = start;
    this.#limit = end;
    return this;
  }

  /** Goes to the next field; false at the end. Throws on what is not protobuf. */
  next(): boolean {
    if (this.#position >= this.#limit) return false;
    const tag = this.#varint();
    this.number = Math.floor(tag / 8);
    switch (tag & 7) {
      case VARINT: this.value = this.#varint(); break;
      case FIXED64: this.#skip(8); break;
      case DELIMITED: this.#skip(this.#varint()); break;
      case FIXED32: this.#skip(4); break;
      default: throw new Error(`wire type ${tag & 7} is not protobuf as we write it`);
    }
    return true;
  }

  #skip(length: number): void {
    this.start = this.#position;
    this.end = this.#position + length;
    if (this.end > this.#limit) throw new Error("a field is longer than its message");
    this.#position = this.end;
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.bytes[this.#position++] ?? 0;
      if (this.#position > this.#limit) throw new Error("a varint is longer than its message");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new Error("a varint is longer than ten bytes");
  }
}
