import type { SendOutcome, TransportSocket } from "../ws/transport.js";

/** A socket without a network. A test reads what was sent and plays the network. */
export class ScriptedSocket implements TransportSocket {
  attachment: unknown;
  readonly sent: { readonly bytes: Uint8Array; readonly isBinary: boolean }[] = [];
  closedWith: { readonly code: number; readonly reason: string } | undefined;
  terminated = false;
  corks = 0;
  /** Bytes that the network has not taken; 0: it takes everything. */
  bufferedBytes = 0;
  /** The network takes nothing: what is sent stays buffered. */
  stalled = false;
  /** The library's own limit is reached. */
  dropping = false;
  readonly #onClosed: (socket: TransportSocket, code: number) => void;

  constructor(attachment: unknown, onClosed: (socket: TransportSocket, code: number) => void) {
    this.attachment = attachment;
    this.#onClosed = onClosed;
  }

  get gone(): boolean {
    return this.terminated || this.closedWith !== undefined;
  }

  send(bytes: Uint8Array, isBinary: boolean): SendOutcome {
    if (this.gone || this.dropping) return "dropped";
    this.sent.push({ bytes, isBinary });
    if (!this.stalled) return "sent";
    this.bufferedBytes += bytes.byteLength;
    return "buffered";
  }

  close(code: number, reason: string): void {
    if (this.gone) return;
    this.closedWith = { code, reason };
    this.#onClosed(this, code);
  }

  terminate(): void {
    if (this.gone) return;
    this.terminated = true;
    this.#onClosed(this, 1006);
  }

  cork(fn: () => void): void {
    this.corks += 1;
    fn();
  }
}
