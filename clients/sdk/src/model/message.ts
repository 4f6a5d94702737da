// Messages (chat.md 11). What the app makes it sends; what the platform makes comes from to-message.ts.

import type { CategoryName, ReceiverTypeName, ScopeName } from "../constants.js";
import type { Group } from "./group.js";
import type { User } from "./user.js";
import type { JsonObject } from "./wire.js";

export interface Attachment {
  readonly name?: string;
  readonly extension?: string;
  readonly mimeType?: string;
  readonly size?: number;
  readonly url: string;
}

/** Fields of every message (chat.md 11.2). Times are Unix seconds; order is by `seq`, never by time. */
export class BaseMessage {
  id?: number;
  seq?: number;
  changeSeq?: number;
  muid?: string;
  conversationId?: string;
  sender?: User;
  receiver?: User | Group;
  sentAt?: number;
  updatedAt?: number;
  editedAt?: number;
  editedBy?: string;
  deletedAt?: number;
  deletedBy?: string;
  deliveredAt?: number;
  readAt?: number;
  parentMessageId?: number;
  replyCount?: number;
  quotedMessageId?: number;
  quotedMessage?: BaseMessage;
  metadata?: JsonObject;
  tags?: readonly string[];
  /** Counts as unread for others. */
  countable?: boolean;
  mentionedUsers?: readonly User[];
  hasMentionedMe?: boolean;
  resource?: string;
  /** The send was a repeat and this is the first answer again. */
  duplicate?: boolean;
  /** The callback comes from a resume, not live (chat.md 14.2.3). */
  replayed?: boolean;

  constructor(
    readonly receiverId: string, readonly receiverType: ReceiverTypeName, readonly category: CategoryName, readonly type: string,
  ) {}

  setMetadata(metadata: JsonObject): this {
    this.metadata = metadata;
    return this;
  }

  setTags(tags: readonly string[]): this {
    this.tags = tags;
    return this;
  }

  setParentMessageId(id: number): this {
    this.parentMessageId = id;
    return this;
  }

  /** Names the send: a repeat with the same muid and content is answered with the first message. Made by the SDK if not set. */
  setMuid(muid: string): this {
    this.muid = muid;
    return this;
  }

  setQuotedMessageId(id: number): this {
    this.quotedMessageId = id;
    return this;
  }
}

export class TextMessage extends BaseMessage {
  /** Undefined once deleted. */
  text: string | undefined;

  constructor(receiverId: string, text: string, receiverType: ReceiverTypeName) {
    super(receiverId, receiverType, "message", "text");
    this.text = text;
  }

  setText(text: string): this {
    this.text = text;
    return this;
  }
}

export class CustomMessage extends BaseMessage {
  customData: JsonObject | undefined;
  subType?: string;
  conversationText?: string;
  updateConversation = true;
  sendNotification = true;

  constructor(receiverId: string, receiverType: ReceiverTypeName, type: string, customData: JsonObject, subType?: string) {
    super(receiverId, receiverType, "custom", type);
    this.customData = customData;
    if (subType !== undefined) this.subType = subType;
  }

  setSubtype(subType: string): this {
    this.subType = subType;
    return this;
  }

  setConversationText(text: string): this {
    this.conversationText = text;
    return this;
  }

  shouldUpdateConversation(value: boolean): this {
    this.updateConversation = value;
    return this;
  }

  setUpdateConversation(value: boolean): this {
    return this.shouldUpdateConversation(value);
  }

  setSendNotification(value: boolean): this {
    this.sendNotification = value;
    return this;
  }
}

/** Received media; sending files belongs to a later version. */
export class MediaMessage extends BaseMessage {
  attachments: readonly Attachment[] = [];
  caption?: string;
}

export class InteractiveMessage extends BaseMessage {
  interactiveData?: JsonObject;
}

export class CallMessage extends BaseMessage {
  sessionId?: string;
  status?: string;
}

export type GroupActionName = "joined" | "left" | "added" | "kicked" | "banned" | "unbanned" | "scopeChanged";

/** Made by the platform: a membership change, an edit or a deletion (chat.md 10.2, 18). */
export class Action extends BaseMessage {
  action: GroupActionName | "edited" | "deleted" = "edited";
  actionBy?: User;
  actionOn?: User | BaseMessage;
  actionFor?: Group | User;
  oldScope?: ScopeName;
  newScope?: ScopeName;
  /** Readable text. */
  message?: string;
}
