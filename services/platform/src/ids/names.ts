import { uid } from "./types.js";

/** The server as an actor. */
export const SYSTEM_UID = uid("app_system");

const ASCII_ID = /^[0-9A-Za-z_-]{1,100}$/;

/**
 * A uid, guid or role id as it is stored: lower case, 1–100 characters of `a-z 0-9 - _` (chat.md 1.2.3); undefined
 * for anything else. Only ASCII is folded: other letters whose lower case happens to be ASCII are refused.
 */
export function normaliseId(value: string): string | undefined {
  return ASCII_ID.test(value) ? value.toLowerCase() : undefined;
}

/** Ids that only the platform gives out. */
export function isReservedId(value: string): boolean {
  return value.startsWith("app_");
}
