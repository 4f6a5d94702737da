// Words of the platform as the SDK's callers write them (chat.md 32); flat forms are aliases.

export type ReceiverTypeName = "user" | "group";
export type GroupTypeName = "public" | "password" | "private";
export type ScopeName = "admin" | "moderator" | "participant";
export type StatusName = "online" | "offline";
export type CategoryName = "message" | "custom" | "interactive" | "action" | "call";
export type ReceiptTypeName = "delivery" | "read" | "deliveredToAll" | "readByAll";
export type ConnectionStatus = "disconnected" | "connecting" | "connected" | "featureThrottled";
export type AppState = "foreground" | "background";
export type StorageMode = "LOCAL" | "SESSION";

export const RECEIVER_TYPE = { USER: "user", GROUP: "group" } as const;
export const RECEIVER_TYPE_USER = RECEIVER_TYPE.USER;
export const RECEIVER_TYPE_GROUP = RECEIVER_TYPE.GROUP;

export const CATEGORY_MESSAGE = "message";
export const CATEGORY_CUSTOM = "custom";
export const CATEGORY_INTERACTIVE = "interactive";
export const CATEGORY_ACTION = "action";
export const CATEGORY_CALL = "call";

export const MESSAGE_TYPE = {
  TEXT: "text", IMAGE: "image", VIDEO: "video", AUDIO: "audio", FILE: "file", CUSTOM: "custom",
} as const;

export const GROUP_TYPE = { PUBLIC: "public", PASSWORD: "password", PRIVATE: "private" } as const;
export const GROUP_TYPE_PUBLIC = GROUP_TYPE.PUBLIC;
export const GROUP_TYPE_PASSWORD = GROUP_TYPE.PASSWORD;
export const GROUP_TYPE_PRIVATE = GROUP_TYPE.PRIVATE;

export const GROUP_MEMBER_SCOPE = { ADMIN: "admin", MODERATOR: "moderator", PARTICIPANT: "participant" } as const;
export const GROUP_MEMBER_SCOPE_ADMIN = GROUP_MEMBER_SCOPE.ADMIN;
export const GROUP_MEMBER_SCOPE_MODERATOR = GROUP_MEMBER_SCOPE.MODERATOR;
export const GROUP_MEMBER_SCOPE_PARTICIPANT = GROUP_MEMBER_SCOPE.PARTICIPANT;

export const USER_STATUS = { ONLINE: "online", OFFLINE: "offline" } as const;
export const USER_STATUS_ONLINE = USER_STATUS.ONLINE;
export const USER_STATUS_OFFLINE = USER_STATUS.OFFLINE;

export const CALL_TYPE = { AUDIO: "audio", VIDEO: "video" } as const;

export const CONNECTION_STATUS = {
  DISCONNECTED: "disconnected", CONNECTING: "connecting", CONNECTED: "connected", FEATURE_THROTTLED: "featureThrottled",
} as const;
