import type { EditMessageRequest, SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";

// Two 32-bit FNV-1a lanes: enough to tell two contents of one sender under one muid apart, and it costs less than a
// microsecond. Nobody gains from a collision: it would only hide the sender's own second message from that sender.
class Lanes {
  #a = 0x811c9dc5;
  #b = 0x01000193;

  text(value: string): this {
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < value.length; i += 1) {
      const code = value.charCodeAt(i);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ (code + i), 0x85ebca6b);
    }
    this.#a = Math.imul(a ^ 0xff, 0x01000193);
    this.#b = Math.imul(b ^ value.length, 0x85ebca6b);
    return this;
  }

  get hex(): string {
    return (this.#a >>> 0).toString(16).padStart(8, "0") + (this.#b >>> 0).toString(16).padStart(8, "0");
  }
}

/** Fingerprint of what makes a send the same send: kind, receiver, parent and payload (reliability.md P4). */
export function fingerprintOf(request: SendMessageRequest): string {
  const lanes = new Lanes()
    .text(`${request.receiverType}/${request.receiverId}/${request.category}/${request.type}`)
    .text(`${request.parentMessageId}/${request.quotedMessageId}`)
    .text(request.metadataJson)
    .text(request.tags.join("\n"));
  const body = request.body;
  if (body?.$case === "text") return lanes.text(body.value.text).hex;
  return lanes.text(JSON.stringify(body ?? null)).hex;
}

/** Fingerprint of an edit: the message and what it is to become. */
export function fingerprintOfEdit(request: EditMessageRequest): string {
  return new Lanes()
    .text(`edit/${request.messageId}/${request.replaceTags}`)
    .text(request.metadataJson)
    .text(request.tags.join("\n"))
    .text(JSON.stringify(request.body ?? null)).hex;
}
