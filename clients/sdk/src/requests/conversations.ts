import { ReceiverType } from "@parlance/proto/messaging/v1/message";
import { noteView } from "../api/conversations.js";
import type { ReceiverTypeName } from "../constants.js";
import { rpcs } from "../engine/rpcs.js";
import { toConversation, type Conversation } from "../model/conversation.js";
import { receiverTypeToWire } from "../model/wire.js";
import type { Root } from "../root.js";
import { checkLimit, PagedRequest } from "./paged-request.js";

/** Newest activity first (chat.md 15.4, 31). */
export class ConversationsRequestBuilder {
  readonly #root: Root;
  #limit = 30;
  #type: ReceiverTypeName | undefined;
  #unread = false;

  constructor(root: Root) {
    this.#root = root;
  }

  /** At most 50. */
  setLimit(limit: number): this {
    this.#limit = limit;
    return this;
  }

  setConversationType(type: ReceiverTypeName): this {
    this.#type = type;
    return this;
  }

  setUnread(unread: boolean): this {
    this.#unread = unread;
    return this;
  }

  build(): PagedRequest<Conversation> {
    const limit = this.#limit;
    const type = this.#type;
    const unread = this.#unread;
    return new PagedRequest(async (pageToken) => {
      checkLimit(limit, 50);
      const session = this.#root.session();
      const conversationType = type === undefined ? ReceiverType.UNSPECIFIED : receiverTypeToWire(type, "INVALID_CONVERSATION_TYPE");
      const request = { pageSize: limit, pageToken, unread, conversationType };
      const { conversations, nextPageToken, epoch } = await session.calls.invoke(rpcs.listConversations, request);
      session.resume.noteEpoch(epoch);
      for (const conversation of conversations) {
        const receiverId = conversation.conversationWith?.id ?? "";
        noteView(this.#root, { receiverType: conversation.conversationType, receiverId }, conversation);
      }
      return { items: conversations.map(toConversation), nextPageToken };
    });
  }
}
