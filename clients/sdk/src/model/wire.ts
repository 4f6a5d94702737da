// The words of the wire and the SDK's, both ways.

import { GroupType, MemberScope } from "@parlance/proto/group/v1/group";
import { UserStatus } from "@parlance/proto/identity/v1/identity";
import { Category, ReceiverType } from "@parlance/proto/messaging/v1/message";
import type { CategoryName, GroupTypeName, ReceiverTypeName, ScopeName, StatusName } from "../constants.js";
import { failure } from "../errors.js";

const categories: Readonly<Record<CategoryName, Category>> = {
  message: Category.MESSAGE, custom: Category.CUSTOM, interactive: Category.INTERACTIVE, action: Category.ACTION, call: Category.CALL,
};
const groupTypes: Readonly<Record<GroupTypeName, GroupType>> = {
  public: GroupType.PUBLIC, password: GroupType.PASSWORD, private: GroupType.PRIVATE,
};
const scopes: Readonly<Record<ScopeName, MemberScope>> = {
  admin: MemberScope.ADMIN, moderator: MemberScope.MODERATOR, participant: MemberScope.PARTICIPANT,
};

function toWire<T>(table: Readonly<Record<string, T>>, name: string, code: string): T {
  const value = Object.hasOwn(table, name) ? table[name] : undefined;
  if (value === undefined) throw failure(code, { message: `"${name}" is none of ${Object.keys(table).join(", ")}.` });
  return value;
}

function fromWire<K extends string, T>(table: Readonly<Record<K, T>>, value: T): K | undefined {
  return (Object.keys(table) as K[]).find((name) => table[name] === value);
}

export function receiverTypeToWire(name: string, code = "ERR_INVALID_RECEIVER_TYPE"): ReceiverType {
  return toWire({ user: ReceiverType.USER, group: ReceiverType.GROUP }, name, code);
}

export function receiverTypeName(value: ReceiverType): ReceiverTypeName {
  return value === ReceiverType.GROUP ? "group" : "user";
}

export const categoryToWire = (name: string) => toWire(categories, name, "ERR_INVALID_MESSAGE_CATEGORY");
export const categoryName = (value: Category) => fromWire(categories, value) ?? "message";
export const groupTypeToWire = (name: string) => toWire(groupTypes, name, "INVALID_GROUP_TYPE");
export const groupTypeName = (value: GroupType) => fromWire(groupTypes, value) ?? "public";
export const scopeToWire = (name: string) => toWire(scopes, name, "INVALID_SCOPE_VALUE");
export const scopeName = (value: MemberScope) => fromWire(scopes, value);
export const statusToWire = (name: string) =>
  toWire({ online: UserStatus.ONLINE, offline: UserStatus.OFFLINE }, name, "INVALID_STATUS_VALUE");
export const statusName = (value: UserStatus): StatusName => (value === UserStatus.ONLINE ? "online" : "offline");

export type JsonObject = Readonly<Record<string, unknown>>;

/** Unix seconds; undefined for 0 (chat.md 1.2.1). */
export const seconds = (ms: number) => (ms === 0 ? undefined : Math.floor(ms / 1_000));
export const text = (value: string) => (value === "" ? undefined : value);
export const number = (value: number) => (value === 0 ? undefined : value);

/** Undefined for an empty text and for what is no JSON object. */
export function fromJsonText(json: string): JsonObject | undefined {
  if (json === "") return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

export const toJsonText = (value: JsonObject | undefined) => (value === undefined ? "" : JSON.stringify(value));

/** Sets what is known; unset fields are absent (chat.md 1.2.2). */
export function assign<T extends object>(target: T, fields: { readonly [K in keyof T]?: T[K] | undefined }): T {
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) (target as Record<string, unknown>)[name] = value;
  }
  return target;
}
