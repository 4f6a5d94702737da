import type { Json } from "@parlance/platform/testing";
import type { Address, Device } from "./device.js";

/** The whole history as the device's user sees it, oldest first. */
export async function historyOf(device: Device, { receiverType, receiverId }: Address): Promise<Json[]> {
  const { messages } = await device.ok("messaging.ListMessages", { receiverType, receiverId, pageSize: 1000 });
  return (messages ?? []) as Json[];
}

/** Texts of the history; actions are left out. */
export async function textsOf(device: Device, address: Address): Promise<string[]> {
  const messages = await historyOf(device, address);
  return messages.flatMap(({ text }) => (text === undefined ? [] : [String((text as Json)["text"])]));
}

/** All rows of the log above a seq, in order. */
export async function rowsOf(device: Device, address: Address, afterSeq = 0): Promise<Json[]> {
  const { rows } = await device.ok("messaging.ListRows", { ...address, afterSeq, pageSize: 1000 });
  return (rows ?? []) as Json[];
}
