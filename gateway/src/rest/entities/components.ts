import type { JsonSchema } from "../schema/index.js";
import { conversationSchema } from "./conversation.js";
import { apiKeySchema, appSchema, authTokenSchema } from "./credential.js";
import { bannedUserSchema, groupCopySchema, groupSchema, memberSchema } from "./group.js";
import { callSchema, messageSchema } from "./message.js";
import { userCopySchema, userSchema } from "./user.js";
import { STRING, STRINGS, entity, mapOf, oneOf, refTo } from "./values.js";

const error = entity({
  code: STRING, message: STRING, devMessage: STRING, source: oneOf("chat-api"), details: mapOf(STRINGS),
  params: { type: "object" }, requestId: STRING,
}, ["code", "message"]);

const ack = entity({ success: { const: true }, message: STRING }, ["success", "message"]);

/** One entry of a bulk call (rest.md 2.10), with what it made. */
const entry: JsonSchema = {
  anyOf: [
    entity({ success: { const: true }, data: refTo("Message"), message: STRING }, ["success"]),
    entity({ success: { const: false }, error: entity({ code: STRING, message: STRING }, ["code", "message"]) }, ["success", "error"]),
  ],
};

/** Schemas that rows refer to by name. */
export const components: Readonly<Record<string, JsonSchema>> = {
  User: userSchema,
  UserCopy: userCopySchema,
  Group: groupSchema,
  GroupCopy: groupCopySchema,
  Member: memberSchema,
  BannedUser: bannedUserSchema,
  ApiKey: apiKeySchema,
  AuthToken: authTokenSchema,
  App: appSchema,
  Message: messageSchema,
  Call: callSchema,
  Conversation: conversationSchema,
  Ack: ack,
  Entry: entry,
  Error: entity({ error }, ["error"]),
  Health: entity({ status: oneOf("ok", "fail"), checks: mapOf(oneOf("ok", "fail")) }, ["status"]),
};
