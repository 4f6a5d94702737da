// From documents to what the ports speak of, and back.
import { Message } from "@parlance/proto/messaging/v1/message";
import type { AppId, Uid } from "@parlance/platform/ids";
import type { Binary } from "mongodb";
import type { Change } from "../../domain/change.js";
import type { ConversationRef } from "../../domain/conversation.js";
import type { MemberChange } from "../../domain/member.js";
import type { NewRow, StoredRow, View } from "../ports.js";
import { nameKey, rowKey, type ChangeDoc, type MemberDoc, type RowDoc, type ViewDoc } from "./documents.js";

export const STONE = -1;

export function bytesOf(binary: Binary | Uint8Array): Uint8Array {
  return binary instanceof Uint8Array ? binary : binary.value();
}

/** `published`: how far the log is published. */
export function rowDoc(row: NewRow, handle: number, atMs: number, published = 0): RowDoc {
  const { app, ref } = row.conversation;
  return {
    _id: rowKey(app, handle, row.seq), k: nameKey(app, row.id), a: app, h: handle, r: ref, l: row.label, s: row.seq, i: row.id,
    u: row.sender, m: row.muid ?? row.seq, f: row.fingerprint, v: row.kind === "message" ? 1 : 0, c: row.category, t: row.type,
    n: row.countable, o: row.countableNo, at: row.sentAtMs, w: atMs, b: Buffer.from(row.body), d: false, q: 0, p: published,
    ...(row.change === undefined ? {} : { x: changeDoc(row.change) }),
    ...(row.member === undefined ? {} : { g: memberDoc(row.member) }),
  };
}

export function storedRow(doc: RowDoc, target: RowDoc | undefined): StoredRow {
  return {
    conversation: { app: doc.a as AppId, ref: doc.r as ConversationRef },
    label: doc.l, seq: doc.s, id: doc.i, kind: doc.v === 1 ? "message" : "void", sender: doc.u as Uid,
    muid: typeof doc.m === "string" ? doc.m : undefined, fingerprint: doc.f, sentAtMs: doc.at, body: bytesOf(doc.b),
    target: target === undefined ? undefined : bytesOf(target.b), memberUid: doc.g?.u as Uid | undefined, position: doc.h,
  };
}

const [BODY, METADATA, TAGS] = [1, 2, 4];

function changeDoc({ messageId, kind, by, edit }: Change): ChangeDoc {
  if (edit === undefined) return { t: messageId, k: kind, by };
  const given = (edit.body === undefined ? 0 : BODY) + (edit.metadataJson === undefined ? 0 : METADATA) + (edit.tags === undefined ? 0 : TAGS);
  const content = Message.fromPartial({ body: edit.body, metadataJson: edit.metadataJson ?? "", tags: [...edit.tags ?? []] });
  return { t: messageId, k: kind, by, b: Buffer.from(Message.encode(content).finish()), p: given };
}

export function changeOfDoc({ t, k, by, b, p = 0 }: ChangeDoc): Change {
  if (b === undefined) return { messageId: t, kind: k, by, edit: undefined };
  const content = Message.decode(bytesOf(b));
  return {
    messageId: t, kind: k, by,
    edit: {
      body: (p & BODY) === 0 ? undefined : content.body,
      metadataJson: (p & METADATA) === 0 ? undefined : content.metadataJson,
      tags: (p & TAGS) === 0 ? undefined : content.tags,
    },
  };
}

function memberDoc({ uid, incarnation, version, scope, sinceJoin, atMs }: MemberChange): MemberDoc {
  return { u: uid, n: incarnation, v: version, j: sinceJoin, at: atMs, ...(scope === undefined ? {} : { s: scope }) };
}

export function memberOfDoc({ u, n, v, s, j, at }: MemberDoc): MemberChange {
  return { uid: u as Uid, incarnation: n, version: v, scope: s, sinceJoin: j, atMs: at };
}

export function viewOf(doc: ViewDoc): View {
  return {
    ref: doc.r as ConversationRef, uid: doc.u as Uid, label: doc.l, scope: doc.sc, deliveredSeq: doc.de, readSeq: doc.re,
    unreadAfterSeq: doc.un, floorSeq: doc.fl, createdAtMs: doc.ca, updatedAtMs: doc.ua,
  };
}
