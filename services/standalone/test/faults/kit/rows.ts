// Rows as they come in JSON, in the words of histories and dumps.
import type { Json, RowKind, SeenRow, StoredRow } from "@parlance/platform/testing";

const MEMBER_KINDS: Readonly<Record<string, RowKind>> = {
  GROUP_ACTION_KIND_JOINED: "joined",
  GROUP_ACTION_KIND_LEFT: "left",
  GROUP_ACTION_KIND_ADDED: "added",
  GROUP_ACTION_KIND_KICKED: "kicked",
  GROUP_ACTION_KIND_BANNED: "banned",
  GROUP_ACTION_KIND_UNBANNED: "unbanned",
  GROUP_ACTION_KIND_SCOPE_CHANGED: "scopeChanged",
};

export function seenRow(row: Json): SeenRow {
  const seq = Number(row["seq"]);
  const message = object(row["message"]);
  if (message === undefined) return { seq, hidden: true };
  const { id, kind, sender, muid, content } = storedRow(row);
  return { seq, id, kind, sender, ...(muid === undefined ? {} : { muid }), ...(content === undefined ? {} : { content }) };
}

export function storedRow(row: Json): StoredRow {
  const seq = Number(row["seq"]);
  const message = object(row["message"]);
  if (message === undefined) return { seq, id: 0, kind: "void", sender: "", countable: false };
  const content = object(message["text"])?.["text"];
  const member = object(message["groupAction"]);
  const change = object(message["messageAction"]);
  return {
    seq,
    id: Number(message["id"]),
    kind: kindOf(member, change),
    sender: text(object(message["sender"])?.["id"]),
    countable: message["countable"] === true,
    countableNo: Number(message["countableNo"] ?? 0),
    sentAtMs: Number(message["sentAtMs"]),
    ...(typeof message["muid"] === "string" && message["muid"] !== "" ? { muid: message["muid"] } : {}),
    // What was sent is not known any more once a change has replaced it.
    ...(typeof content === "string" && message["changeSeq"] === undefined ? { content } : {}),
    ...(member === undefined ? {} : { on: text((object(member["on"]) ?? object(member["by"]))?.["id"]) }),
    ...(change === undefined ? {} : { target: Number(change["messageId"]) }),
  };
}

function kindOf(member: Json | undefined, change: Json | undefined): RowKind {
  if (member !== undefined) return MEMBER_KINDS[String(member["kind"])] ?? "other";
  if (change !== undefined) return change["kind"] === "MESSAGE_ACTION_KIND_EDITED" ? "edited" : "deleted";
  return "message";
}

export function object(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null ? (value as Json) : undefined;
}

export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

/** Empty for what is absent. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
