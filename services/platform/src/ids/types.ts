declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

export type AppId = Branded<string, "AppId">;
export type Uid = Branded<string, "Uid">;
export type Guid = Branded<string, "Guid">;
export type RoleId = Branded<string, "RoleId">;
export type MessageId = Branded<number, "MessageId">;
/** Chosen by the sender, names one send for ever. */
export type Muid = Branded<string, "Muid">;
export type TokenId = Branded<string, "TokenId">;
export type KeyId = Branded<string, "KeyId">;
/** One connection of one device. */
export type SessionId = Branded<string, "SessionId">;
export type DeviceId = Branded<string, "DeviceId">;
export type EventId = Branded<string, "EventId">;

// Casts say "this was checked": by the pipeline for what came from outside, by the store for what was read.
export const appId = (value: string) => value as AppId;
export const uid = (value: string) => value as Uid;
export const guid = (value: string) => value as Guid;
export const roleId = (value: string) => value as RoleId;
export const messageId = (value: number) => value as MessageId;
export const muid = (value: string) => value as Muid;
export const tokenId = (value: string) => value as TokenId;
export const keyId = (value: string) => value as KeyId;
export const sessionId = (value: string) => value as SessionId;
export const deviceId = (value: string) => value as DeviceId;
export const eventId = (value: string) => value as EventId;
