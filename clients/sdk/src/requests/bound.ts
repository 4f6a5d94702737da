import type { Root } from "../root.js";
import { ConversationsRequestBuilder } from "./conversations.js";
import { BannedGroupMembersRequestBuilder, GroupMembersRequestBuilder, GroupsRequestBuilder } from "./groups.js";
import { MessagesRequestBuilder } from "./messages.js";
import { UsersRequestBuilder } from "./users.js";

type Plain<B> = new () => B;
type OfGroup<B> = new (guid: string) => B;

/** The builders of one instance: what they build fetches as its user. */
export interface RequestBuilders {
  readonly UsersRequestBuilder: Plain<UsersRequestBuilder>;
  readonly GroupsRequestBuilder: Plain<GroupsRequestBuilder>;
  readonly GroupMembersRequestBuilder: OfGroup<GroupMembersRequestBuilder>;
  readonly BannedGroupMembersRequestBuilder: OfGroup<BannedGroupMembersRequestBuilder>;
  /** Alias of BannedGroupMembersRequestBuilder. */
  readonly BannedMembersRequestBuilder: OfGroup<BannedGroupMembersRequestBuilder>;
  readonly MessagesRequestBuilder: Plain<MessagesRequestBuilder>;
  readonly ConversationsRequestBuilder: Plain<ConversationsRequestBuilder>;
}

function bound<Args extends readonly unknown[], B>(
  root: Root, Builder: new (root: Root, ...args: Args) => B,
): new (...args: Args) => B {
  // A constructor that answers an object gives that object.
  const Bound = function construct(...args: Args): B {
    return new Builder(root, ...args);
  };
  return Bound as unknown as new (...args: Args) => B;
}

export function requestBuilders(root: Root): RequestBuilders {
  const banned = bound(root, BannedGroupMembersRequestBuilder);
  return {
    UsersRequestBuilder: bound(root, UsersRequestBuilder),
    GroupsRequestBuilder: bound(root, GroupsRequestBuilder),
    GroupMembersRequestBuilder: bound(root, GroupMembersRequestBuilder),
    BannedGroupMembersRequestBuilder: banned,
    BannedMembersRequestBuilder: banned,
    MessagesRequestBuilder: bound(root, MessagesRequestBuilder),
    ConversationsRequestBuilder: bound(root, ConversationsRequestBuilder),
  };
}
