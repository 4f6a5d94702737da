// The RPCs the SDK calls: names and codecs, without the service constants, which would bring gRPC into browsers.

import * as group from "@parlance/proto/group/v1/group";
import * as identity from "@parlance/proto/identity/v1/identity";
import * as messaging from "@parlance/proto/messaging/v1/rpc";
import * as presence from "@parlance/proto/presence/v1/presence";

interface Codec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
  fromPartial(partial: never): T;
}

export interface Rpc<Req, Res> {
  readonly method: string;
  readonly request: Codec<Req>;
  readonly response: Codec<Res>;
  /** A repeat has the same effect and answer. */
  readonly safe: boolean;
}

function rpc<Req, Res>(method: string, request: Codec<Req>, response: Codec<Res>, safe = true): Rpc<Req, Res> {
  return { method, request, response, safe };
}

export const rpcs = {
  getUser: rpc("identity.GetUser", identity.GetUserRequest, identity.GetUserResponse),
  listUsers: rpc("identity.ListUsers", identity.ListUsersRequest, identity.ListUsersResponse),
  updateUser: rpc("identity.UpdateUser", identity.UpdateUserRequest, identity.UpdateUserResponse),
  deleteAuthToken: rpc("identity.DeleteAuthToken", identity.DeleteAuthTokenRequest, identity.DeleteAuthTokenResponse),

  createGroup: rpc("group.CreateGroup", group.CreateGroupRequest, group.CreateGroupResponse, false),
  getGroup: rpc("group.GetGroup", group.GetGroupRequest, group.GetGroupResponse),
  listGroups: rpc("group.ListGroups", group.ListGroupsRequest, group.ListGroupsResponse),
  updateGroup: rpc("group.UpdateGroup", group.UpdateGroupRequest, group.UpdateGroupResponse),
  deleteGroup: rpc("group.DeleteGroup", group.DeleteGroupRequest, group.DeleteGroupResponse, false),
  joinGroup: rpc("group.JoinGroup", group.JoinGroupRequest, group.JoinGroupResponse, false),
  leaveGroup: rpc("group.LeaveGroup", group.LeaveGroupRequest, group.LeaveGroupResponse, false),
  addMembers: rpc("group.AddMembers", group.AddMembersRequest, group.AddMembersResponse, false),
  kickMember: rpc("group.KickMember", group.KickMemberRequest, group.KickMemberResponse, false),
  banMember: rpc("group.BanMember", group.BanMemberRequest, group.BanMemberResponse, false),
  unbanMember: rpc("group.UnbanMember", group.UnbanMemberRequest, group.UnbanMemberResponse, false),
  changeScope: rpc("group.ChangeScope", group.ChangeScopeRequest, group.ChangeScopeResponse, false),
  transferOwnership: rpc("group.TransferOwnership", group.TransferOwnershipRequest, group.TransferOwnershipResponse, false),
  listMembers: rpc("group.ListMembers", group.ListMembersRequest, group.ListMembersResponse),
  listBans: rpc("group.ListBans", group.ListBansRequest, group.ListBansResponse),

  // Repeated by the send queue, which says that it is a repeat.
  sendMessage: rpc("messaging.SendMessage", messaging.SendMessageRequest, messaging.SendMessageResponse, false),
  editMessage: rpc("messaging.EditMessage", messaging.EditMessageRequest, messaging.EditMessageResponse),
  deleteMessage: rpc("messaging.DeleteMessage", messaging.DeleteMessageRequest, messaging.DeleteMessageResponse),
  getMessage: rpc("messaging.GetMessage", messaging.GetMessageRequest, messaging.GetMessageResponse),
  listMessages: rpc("messaging.ListMessages", messaging.ListMessagesRequest, messaging.ListMessagesResponse),
  listRows: rpc("messaging.ListRows", messaging.ListRowsRequest, messaging.ListRowsResponse),
  sync: rpc("messaging.Sync", messaging.SyncRequest, messaging.SyncResponse),
  getConversation: rpc("messaging.GetConversation", messaging.GetConversationRequest, messaging.GetConversationResponse),
  listConversations: rpc("messaging.ListConversations", messaging.ListConversationsRequest, messaging.ListConversationsResponse),
  markDelivered: rpc("messaging.MarkDelivered", messaging.MarkDeliveredRequest, messaging.MarkDeliveredResponse),
  markRead: rpc("messaging.MarkRead", messaging.MarkReadRequest, messaging.MarkReadResponse),
  getUnreadCounts: rpc("messaging.GetUnreadCounts", messaging.GetUnreadCountsRequest, messaging.GetUnreadCountsResponse),

  getPresence: rpc("presence.GetPresence", presence.GetPresenceRequest, presence.GetPresenceResponse),
  subscribePresence: rpc("presence.SubscribePresence", presence.SubscribePresenceRequest, presence.SubscribePresenceResponse),
  unsubscribePresence: rpc("presence.UnsubscribePresence", presence.UnsubscribePresenceRequest, presence.UnsubscribePresenceResponse),
  getOnlineUserCount: rpc("presence.GetOnlineUserCount", presence.GetOnlineUserCountRequest, presence.GetOnlineUserCountResponse),
} as const;
