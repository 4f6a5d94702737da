// History (chat.md 14.3). fetchPrevious goes to older, fetchNext to newer messages; each page runs oldest to newest.

import { ReceiverType, type Message } from "@parlance/proto/messaging/v1/message";
import { Direction, type ListMessagesRequest } from "@parlance/proto/messaging/v1/rpc";
import type { CategoryName } from "../constants.js";
import { addressOfMessage } from "../engine/address.js";
import { rpcs } from "../engine/rpcs.js";
import type { Session } from "../engine/session.js";
import { failure } from "../errors.js";
import type { BaseMessage } from "../model/message.js";
import { toMessage } from "../model/to-message.js";
import { categoryToWire } from "../model/wire.js";
import type { Root } from "../root.js";
import { checkLimit, OneAtATime } from "./paged-request.js";

type Filters = Pick<
  ListMessagesRequest,
  "receiverType" | "receiverId" | "hideReplies" | "hideDeletedMessages" | "parentMessageId" | "categories" | "types" | "unread" | "withTags" | "tags"
>;

interface Start {
  readonly messageId: number;
  readonly atMs: number;
}

export class MessagesRequest {
  readonly #root: Root;
  readonly #filters: Partial<Filters>;
  readonly #limit: number;
  readonly #start: Start;
  readonly #one = new OneAtATime();
  #oldestId: number | undefined;
  #newestId: number | undefined;

  constructor(root: Root, filters: Partial<Filters>, limit: number, start: Start) {
    this.#root = root;
    this.#filters = filters;
    this.#limit = limit;
    this.#start = start;
  }

  fetchPrevious(): Promise<BaseMessage[]> {
    return this.#one.run(() => this.#fetch(Direction.PREVIOUS, this.#oldestId));
  }

  /** Needs setMessageId or setTimestamp, or an earlier page. */
  fetchNext(): Promise<BaseMessage[]> {
    return this.#one.run(() => this.#fetch(Direction.NEXT, this.#newestId));
  }

  async #fetch(direction: Direction, from: number | undefined): Promise<BaseMessage[]> {
    checkLimit(this.#limit, 100);
    const session = this.#root.session();
    const start = from === undefined ? this.#start : { messageId: from, atMs: 0 };
    if (direction === Direction.NEXT && start.messageId === 0 && start.atMs === 0) throw failure("NOT_ENOUGH_PARAMETERS");
    const request = { ...this.#filters, ...start, direction, pageSize: this.#limit, knownSeq: this.#knownSeq(session) };
    const { messages, completeThrough, epoch } = await session.calls.invoke(rpcs.listMessages, request);
    session.resume.noteEpoch(epoch);
    this.#note(session, messages);
    const isNewestPage = direction === Direction.PREVIOUS && start.messageId === 0 && start.atMs === 0;
    if (isNewestPage) this.#begin(session, completeThrough);
    return messages.map(toMessage);
  }

  /** The server never answers with less than the client knows of. */
  #knownSeq(session: Session): number {
    const { receiverType = ReceiverType.UNSPECIFIED, receiverId = "" } = this.#filters;
    return receiverId === "" ? 0 : session.logs.through({ receiverType, receiverId }) ?? 0;
  }

  /** The app has the whole end of the log: what comes next comes live. */
  #begin(session: Session, seq: number): void {
    const { receiverType, receiverId, ...filters } = this.#filters;
    const isWhole = Object.values(filters).every((filter) => filter === false || filter === 0 || (Array.isArray(filter) && filter.length === 0));
    if (receiverType !== undefined && receiverId !== undefined && isWhole) session.logs.begin({ receiverType, receiverId }, seq);
  }

  #note(session: Session, messages: readonly Message[]): void {
    for (const message of messages) {
      this.#oldestId = Math.min(this.#oldestId ?? message.id, message.id);
      this.#newestId = Math.max(this.#newestId ?? message.id, message.id);
      session.fetched(message, addressOfMessage(message, session.uid));
    }
  }
}

/** Neither setUID nor setGUID: all conversations of the user, ordered by id. */
export class MessagesRequestBuilder {
  readonly #root: Root;
  #limit = 30;
  #start: Start = { messageId: 0, atMs: 0 };
  #filters: Partial<Filters> = {};

  constructor(root: Root) {
    this.#root = root;
  }

  setUID(uid: string): this {
    return this.#with({ receiverType: ReceiverType.USER, receiverId: uid.toLowerCase() });
  }

  setGUID(guid: string): this {
    return this.#with({ receiverType: ReceiverType.GROUP, receiverId: guid.toLowerCase() });
  }

  setLimit(limit: number): this {
    this.#limit = limit;
    return this;
  }

  /** Exclusive. */
  setMessageId(messageId: number): this {
    this.#start = { messageId, atMs: 0 };
    return this;
  }

  /** Unix seconds, exclusive. */
  setTimestamp(seconds: number): this {
    this.#start = { messageId: 0, atMs: seconds * 1_000 };
    return this;
  }

  /** Only the replies of this thread. */
  setParentMessageId(parentMessageId: number): this {
    return this.#with({ parentMessageId });
  }

  hideReplies(hideReplies: boolean): this {
    return this.#with({ hideReplies });
  }

  hideDeletedMessages(hideDeletedMessages: boolean): this {
    return this.#with({ hideDeletedMessages });
  }

  setUnread(unread: boolean): this {
    return this.#with({ unread });
  }

  setCategory(category: CategoryName): this {
    return this.setCategories([category]);
  }

  setCategories(categories: readonly CategoryName[]): this {
    return this.#with({ categories: categories.map(categoryToWire) });
  }

  setType(type: string): this {
    return this.setTypes([type]);
  }

  setTypes(types: readonly string[]): this {
    return this.#with({ types: [...types] });
  }

  setTags(tags: readonly string[]): this {
    return this.#with({ tags: [...tags] });
  }

  withTags(withTags: boolean): this {
    return this.#with({ withTags });
  }

  build(): MessagesRequest {
    return new MessagesRequest(this.#root, { ...this.#filters }, this.#limit, this.#start);
  }

  #with(change: Partial<Filters>): this {
    this.#filters = { ...this.#filters, ...change };
    return this;
  }
}
