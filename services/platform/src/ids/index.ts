export type {
  AppId, DeviceId, EventId, Guid, KeyId, MessageId, Muid, RoleId, SessionId, TokenId, Uid,
} from "./types.js";
export {
  appId, deviceId, eventId, guid, keyId, messageId, muid, roleId, sessionId, tokenId, uid,
} from "./types.js";
export { SYSTEM_UID, isReservedId, normaliseId } from "./names.js";
export { IdSource, timeOfId } from "./id-source.js";
export { randomId } from "./random-id.js";
