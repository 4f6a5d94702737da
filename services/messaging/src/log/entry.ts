import { fail, type AppError } from "@parlance/platform/errors";
import { conversationKey } from "../domain/conversation.js";
import type { Appended, Draft } from "./draft.js";

/** A draft on its way through a lane, with those who wait for it. */
export class Entry {
  readonly draft: Draft;
  /** Conversation. */
  readonly key: string;
  /** Conversation, sender and muid; undefined without muid. */
  readonly twinKey: string | undefined;
  readonly promise: Promise<Appended>;
  /** Times it met a taken number. */
  conflicts = 0;
  #resolve!: (appended: Appended) => void;
  #reject!: (error: AppError) => void;

  constructor(draft: Draft) {
    this.draft = draft;
    this.key = conversationKey(draft.conversation);
    this.twinKey = draft.muid === undefined ? undefined : `${this.key}/${draft.sender}/${draft.muid}`;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  resolve(appended: Appended): void {
    this.#resolve(appended);
  }

  reject(error: AppError): void {
    this.#reject(error);
  }

  /** A resend that finds its twin queued or in flight waits for it instead of being queued twice (W13). */
  async join(draft: Draft): Promise<Appended> {
    if (draft.fingerprint !== this.draft.fingerprint) throw fail("ERR_MUID_CONFLICT");
    const appended = await this.promise;
    return appended.kind === "stored" ? { ...appended, duplicate: true } : appended;
  }
}
