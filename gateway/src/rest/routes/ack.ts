import { STRING, entity, refTo } from "../entities/values.js";
import type { Success, SuccessSchema } from "./route.js";

/** The text is for people and not part of the contract. */
export function ack(message: string): Success {
  return { data: { success: true, message } };
}

export const ACK: SuccessSchema = { data: refTo("Ack") };

/** An ack with its text under both names that clients read (rest.md 2.10, AckM). */
export function ackM(message: string): Success {
  return { data: { success: true, message, Message: message } };
}

export const ACK_M: SuccessSchema = {
  data: entity({ success: { const: true }, message: STRING, Message: STRING }, ["success", "message", "Message"]),
};
