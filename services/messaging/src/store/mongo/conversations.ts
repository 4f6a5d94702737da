// Lives of conversations: documents that are made before the first row of their log and go before the last row of it. Rows
// name a conversation by its handle, which is drawn by chance and names one life only.
import { isDuplicate, READ_MS } from "@parlance/platform/mongo";
import { createHash } from "node:crypto";
import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { SYSTEM_UID } from "@parlance/platform/ids";
import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import { conversationKey, partsOf, type ConversationId } from "../../domain/conversation.js";
import type { NewRow } from "../ports.js";
import type { Collections, ConversationDoc } from "./documents.js";
import type { Erasing } from "./erasing.js";
import type { Views } from "./views.js";

const DRAWS_MAX = 3;
const HANDLE_BITS_HIGH = 20;

export interface NewLife {
  readonly conversation: ConversationId;
  readonly label: string;
  readonly incarnation: string;
  readonly atMs: number;
}

export interface ConversationsParts {
  readonly all: Collections;
  readonly views: Views;
  readonly erasing: Erasing;
  readonly random: Pick<Random, "int">;
  readonly clock: Pick<Clock, "now">;
}

export class Conversations {
  readonly #parts: ConversationsParts;

  constructor(parts: ConversationsParts) {
    this.#parts = parts;
  }

  async find(conversation: ConversationId): Promise<ConversationDoc | undefined> {
    return (await this.#parts.all.conversations.findOne({ _id: conversationKey(conversation) }, { maxTimeMS: READ_MS })) ?? undefined;
  }

  async findAll(conversations: readonly ConversationId[]): Promise<Map<string, ConversationDoc>> {
    const keys = conversations.map(conversationKey);
    const docs = await this.#parts.all.conversations.find({ _id: { $in: keys } }, { maxTimeMS: READ_MS }).toArray();
    return new Map(docs.map((doc) => [doc._id, doc]));
  }

  /** The handle for a row; makes the conversation at the first row of its log. `fence`: it is not what the writer thinks. */
  async open(row: NewRow): Promise<number | "fence" | "refused"> {
    const { conversation } = row;
    const found = await this.find(conversation);
    if (found !== undefined) {
      // handle 0 means the writer believed there is none: the fence on seq 1 decides whether someone was faster.
      if (row.handle === 0 ? row.seq > 1 : row.handle !== found.h) return "fence";
      if (row.seq === 1) await this.#makeViews(conversation, found, row.sentAtMs);
      return found.h;
    }
    if (row.handle !== 0 || row.seq !== 1) return "fence";
    // A group that was deleted comes back with a member, not with a message that was under way.
    if (row.member === undefined && (await this.#parts.erasing.wasErased(conversation))) return "refused";
    const made = await this.make({ conversation, label: row.label, incarnation: row.member?.incarnation ?? "", atMs: row.sentAtMs });
    return made?.h ?? "fence";
  }

  /** Makes a life, or finds that another writer has. Undefined when the label was taken meanwhile. */
  async make(life: NewLife): Promise<ConversationDoc | undefined> {
    const { app, ref } = life.conversation;
    for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
      const doc: ConversationDoc = {
        _id: conversationKey(life.conversation), a: app, r: ref, h: this.#drawHandle(), l: life.label, n: life.incarnation,
      };
      const made = await this.#insert(doc) ? doc : await this.find(life.conversation);
      if (made !== undefined) {
        await this.#makeViews(life.conversation, made, life.atMs);
        return made;
      }
      if (await this.#holderOf(app, life.label) !== undefined) return undefined;
    }
    return undefined;
  }

  /** A label that no other conversation of the app has. */
  async freeLabel({ app, ref }: ConversationId, wanted: string): Promise<string> {
    const holder = await this.#holderOf(app, wanted);
    if (holder === undefined || holder.r === ref) return wanted;
    return `${wanted}-${createHash("sha256").update(ref).digest("hex").slice(0, 8)}`;
  }

  /** To be called before a membership change: "gone" when its group is; an earlier group of the ref is erased. */
  async enterIncarnation(conversation: ConversationId, incarnation: string): Promise<"gone" | "present"> {
    if (incarnation === "") return "present";
    if (await this.#parts.erasing.wasErased(conversation, incarnation)) return "gone";
    const life = await this.find(conversation);
    if (life === undefined || life.n === incarnation) return "present";
    if (life.n === "") {
      await this.#parts.all.conversations.updateOne({ _id: life._id, h: life.h, n: "" }, { $set: { n: incarnation } });
    } else await this.#parts.erasing.erase(conversation, life.n);
    return "present";
  }

  async #makeViews(conversation: ConversationId, { h, l }: ConversationDoc, atMs: number): Promise<void> {
    const parts = partsOf(conversation.ref);
    if (parts.type !== ReceiverType.USER) return;
    const uids = [parts.low, parts.high].filter((uid) => uid !== SYSTEM_UID);
    await this.#parts.views.makePair({ conversation, handle: h, label: l }, uids, atMs);
  }

  async #holderOf(app: string, label: string): Promise<ConversationDoc | undefined> {
    return (await this.#parts.all.conversations.findOne({ a: app, l: label }, { maxTimeMS: READ_MS })) ?? undefined;
  }

  async #insert(doc: ConversationDoc): Promise<boolean> {
    try {
      await this.#parts.all.conversations.insertOne(doc);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  #drawHandle(): number {
    const { random } = this.#parts;
    return 1 + random.int(2 ** 31) + random.int(2 ** HANDLE_BITS_HIGH) * 2 ** 31;
  }
}
