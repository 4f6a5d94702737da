import { fail } from "@parlance/platform/errors";
import type { CallContext } from "@parlance/platform/rpc";
import { Message, ReceiverType, type Party } from "@parlance/proto/messaging/v1/message";
import type { SendMessageRequest } from "@parlance/proto/messaging/v1/rpc";
import type { MessagingContext } from "../context.js";
import { addressOf, conversationOf, type Address, type ConversationId } from "../domain/conversation.js";
import { fingerprintOf } from "../domain/fingerprint.js";
import { kindOfSend, messageOfSend, requireDataSize, requireMuid, type Kind } from "../domain/message.js";
import type { Appended, Draft } from "../log/draft.js";
import { Acknowledgement } from "../steps/acknowledgement.js";
import type { StoredRow } from "../store/ports.js";

type Deps = Pick<MessagingContext, "writer" | "logs" | "directory" | "members" | "turns">;

/** chat.md 12, checks in the order of 12.2. */
export async function sendMessage(deps: Deps, request: SendMessageRequest, context: CallContext): Promise<Acknowledgement> {
  const kind = kindOfSend(request);
  requireDataSize(request);
  requireMuid(request.muid);
  if (request.parentMessageId !== 0 || request.quotedMessageId !== 0) throw fail("ERR_NOT_IMPLEMENTED", "threads and quotes cannot be sent yet");
  const address = addressOf(request.receiverType, request.receiverId);
  const conversation = conversationOf(context.app, context.actor, address);
  const fingerprint = fingerprintOf(request);
  if (request.resend && request.muid !== "") {
    const first = await firstAnswer(deps, request, conversation, context, fingerprint);
    if (first !== undefined) return first;
  }
  const appended = await appendInTurn(deps, { request, kind, address, conversation, fingerprint, context });
  if (appended instanceof Acknowledgement) return appended;
  if (appended.kind === "refused") throw fail("ERR_GUID_NOT_FOUND");
  return new Acknowledgement(appended.row.body, appended.duplicate);
}

interface Send {
  readonly request: SendMessageRequest;
  readonly kind: Kind;
  readonly address: Address;
  readonly conversation: ConversationId;
  readonly fingerprint: string;
  readonly context: CallContext;
}

/** Checks, then appends behind what the same connection sent before. A repeat has lost its place. */
async function appendInTurn(deps: Deps, send: Send): Promise<Appended | Acknowledgement> {
  const { request, conversation, context } = send;
  const turn = context.sessionId === undefined || request.resend
    ? undefined
    : deps.turns.take(`${context.sessionId}/${conversation.ref}`);
  let appending;
  try {
    const parties = await partiesOrFirstAnswer(deps, send);
    if (parties instanceof Acknowledgement) return parties;
    if (turn?.ready !== undefined) await turn.ready;
    appending = deps.writer.append(draftOf(request, send.kind, { ...send, ...parties }));
  } finally {
    turn?.pass();
  }
  return appending;
}

async function partiesOrFirstAnswer(deps: Deps, send: Send): Promise<Parties | Acknowledgement> {
  const { request, conversation, fingerprint, context } = send;
  try {
    return await checkedParties(deps, send.address, conversation, context);
  } catch (refusal) {
    // A repeat is answered even when the sender has lost the right to send meanwhile (chat.md 12.5).
    const first = request.muid === "" ? undefined : await firstAnswer(deps, request, conversation, context, fingerprint);
    if (first !== undefined) return first;
    throw refusal;
  }
}

async function firstAnswer(
  deps: Deps, request: SendMessageRequest, conversation: ConversationId, context: CallContext, fingerprint: string,
): Promise<Acknowledgement | undefined> {
  const stored: StoredRow | undefined = await deps.logs.findByMuid(conversation, context.actor, request.muid);
  if (stored === undefined) return undefined;
  if (stored.fingerprint !== fingerprint) throw fail("ERR_MUID_CONFLICT");
  return new Acknowledgement(stored.body, true);
}

interface Parties {
  readonly sender: Party;
  readonly receiver: Party;
}

async function checkedParties(deps: Deps, address: Address, conversation: ConversationId, context: CallContext): Promise<Parties> {
  const receiver = address.type === ReceiverType.GROUP
    ? await deps.directory.group(address.guid, context)
    : await deps.directory.user(address.uid, context);
  if (receiver === undefined) throw fail(address.type === ReceiverType.GROUP ? "ERR_GUID_NOT_FOUND" : "ERR_UID_NOT_FOUND");
  if (address.type === ReceiverType.USER && address.uid === context.actor) throw fail("ERR_CANNOT_MESSAGE_SELF");
  const sender = await deps.directory.user(context.actor, context);
  if (sender === undefined) throw fail("ERR_UID_NOT_FOUND");
  if (address.type === ReceiverType.GROUP && !context.isServer) {
    if ((await deps.members.of(conversation, context.actor)) === undefined) throw fail("ERR_GROUP_NOT_JOINED");
  }
  return { sender, receiver };
}

interface Checked extends Parties {
  readonly conversation: ConversationId;
  readonly fingerprint: string;
  readonly context: CallContext;
}

function draftOf(request: SendMessageRequest, kind: Kind, checked: Checked): Draft {
  const { conversation, fingerprint, context, sender, receiver } = checked;
  const resource = context.caller.kind === "user" ? context.caller.deviceId ?? "" : "";
  const head = { sender, receiver, receiverType: request.receiverType };
  return {
    conversation, fingerprint,
    kind: "message",
    sender: context.actor,
    muid: request.muid === "" ? undefined : request.muid,
    countable: kind.countable,
    category: kind.category,
    type: kind.type,
    content: Message.encode(messageOfSend(request, kind, head, resource)).finish(),
    change: undefined,
    member: undefined,
    origin: context.sessionId,
    trace: context.sampledTrace,
    deadlineAt: context.deadlineAt,
  };
}
