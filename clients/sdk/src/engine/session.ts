// One logged-in user: the only wiring of the engine. Events and answers go in; listeners hear of them in order.

import { PresenceMode, type Hello, type Welcome } from "@parlance/proto/gateway/v1/frame";
import type { Event, GroupCreated } from "@parlance/proto/event/v1/event";
import { GroupActionKind, ReceiverType, type Message } from "@parlance/proto/messaging/v1/message";
import type { Receipt } from "@parlance/proto/messaging/v1/conversation";
import type { AppState, ConnectionStatus } from "../constants.js";
import type { Environment } from "../environment.js";
import { failure, type ParlanceException } from "../errors.js";
import { createHttpCalls } from "../http.js";
import type { Hosts } from "../hosts.js";
import type { AllListeners } from "../listeners.js";
import type { User } from "../model/user.js";
import type { AppSettings } from "../settings.js";
import type { Address } from "./address.js";
import { AutoDelivery } from "./auto-delivery.js";
import { Calls } from "./calls.js";
import { Connection } from "./connection.js";
import type { Link } from "./link.js";
import { ConversationLogs } from "./conversation-logs.js";
import { PresenceInterest } from "./presence-interest.js";
import { Resume } from "./resume.js";
import { rpcs } from "./rpcs.js";
import { SendQueue } from "./send-queue.js";
import { tellCreation, tellEvent } from "./tell-event.js";
import { tellMessage } from "./tell-message.js";
import { tellResumed, tellStatus } from "./tell-status.js";
import { TypingState } from "./typing-state.js";
import { Views } from "./views.js";

export interface SessionOptions {
  readonly environment: Environment;
  readonly settings: AppSettings;
  readonly hosts: Hosts;
  readonly listeners: AllListeners;
  readonly appId: string;
  readonly deviceId: string;
  readonly token: string;
  readonly user: User;
  readonly appState: AppState;
  readonly sdkVersion: string;
  readonly onEnded: (exception: ParlanceException) => void;
}

export class Session {
  readonly token: string;
  readonly calls: Calls;
  readonly connection: Connection;
  readonly logs: ConversationLogs;
  readonly presence: PresenceInterest;
  readonly resume: Resume;
  readonly sends: SendQueue;
  readonly views = new Views();
  user: User;
  lastMessageId = 0;
  readonly #options: SessionOptions;
  readonly #autoDelivery: AutoDelivery | undefined;
  readonly #typing: TypingState;
  #resumeToken = "";
  /** How far everything that happened is here; empty when that is not known. */
  #place = "";
  #nothingMissed = false;

  constructor(options: SessionOptions) {
    const { environment, settings, hosts, listeners, appId, token, user } = options;
    const { clock, random, http } = environment;
    this.#options = options;
    this.token = token;
    this.user = user;
    this.connection = this.#connection();
    const link = () => this.connection.link;
    this.calls = new Calls({ http: createHttpCalls({ http, clock, appId, ...hosts }), token, link });
    this.sends = new SendQueue({ clock, random, send: (request) => this.calls.invoke(rpcs.sendMessage, request) });
    this.logs = new ConversationLogs({
      clock, random, me: user.uid,
      listRows: (request) => this.calls.overSocket(rpcs.listRows, request),
      deliver: (message, address, replayed) => this.#deliver(message, address, replayed),
      onReset: (address) => tellResumed(listeners, { recovered: 0, full: false, truncated: [address], gone: [] }),
    });
    this.resume = new Resume({
      clock, random, logs: this.logs,
      sync: (request) => this.calls.overSocket(rpcs.sync, request),
      onEvent: (event) => this.#onEvent(event),
      onView: (conversation, address, hasRows) => {
        const changed = this.views.changed(address, conversation) ?? (hasRows ? [] : ["deliveredSeq", "readSeq", "unreadMessageCount"]);
        if (changed.length > 0) tellEvent(listeners, { $case: "conversationUpdated", value: { conversation, changed } });
      },
      onReceipt: (receipt) => this.#onReceipt(receipt),
      onResumed: (resumed) => tellResumed(listeners, resumed),
    });
    this.presence = new PresenceInterest({
      calls: this.calls,
      tell: (seen) => listeners.user.tell(seen.status === "online" ? "onUserOnline" : "onUserOffline", seen),
    });
    this.#typing = new TypingState(clock, (typing) => tellEvent(listeners, { $case: "typing", value: typing }));
    this.#autoDelivery = settings.autoDelivery ? new AutoDelivery({
      me: user.uid,
      mark: (address, messageId) => this.calls.overSocket(rpcs.markDelivered, { ...address, messageId }),
    }) : undefined;
  }

  get uid(): string {
    return this.user.uid;
  }

  /** What the app fetched counts as arrived. */
  fetched(message: Message, address: Address): void {
    this.#noteArrived(message, address);
  }

  /** The group has just been created: its log is known from the start, so whatever is missed of it shows as a gap. */
  beginGroup(guid: string): void {
    if (guid !== "") this.logs.begin({ receiverType: ReceiverType.GROUP, receiverId: guid }, 0);
  }

  /** Ends the session here; listeners hear of no more than a closed connection. */
  close(): void {
    this.connection.disconnect();
    this.sends.close(failure("USER_NOT_LOGGED_IN"));
    this.#typing.stop();
    this.logs.reset();
  }

  #connection(): Connection {
    const { environment: { clock, random, openSocket }, settings: { auto, graceMs }, hosts, listeners, appState, onEnded } = this.#options;
    return new Connection({
      clock, random, openSocket, url: hosts.realtimeUrl, auto, graceMs, appState, hello: (background) => this.#hello(background),
    }, {
      onStatus: (status) => this.#onStatus(status),
      onWelcome: (welcome) => this.#onWelcome(welcome),
      onEvents: (events) => {
        for (const event of events) this.resume.event(event);
      },
      onResync: () => this.resume.resync(),
      onLost: (link) => this.#onLost(link),
      onCursorsVoid: () => {
        this.#resumeToken = "";
        this.#place = "";
        this.resume.dropCursors();
      },
      onError: (exception) => listeners.connection.tell("onConnectionError", exception),
      onSessionEnded: onEnded,
    });
  }

  #hello(background: boolean): Hello {
    const { token, appId, deviceId, settings, environment, sdkVersion } = this.#options;
    return {
      token, appId, deviceId, platform: environment.platform, sdkVersion, background,
      presence: settings.presenceForAll ? PresenceMode.ALL : PresenceMode.UNSPECIFIED,
      resumeToken: this.#resumeToken, backgroundGraceMs: settings.graceMs,
      ...(this.#place === "" ? {} : { place: this.#place }),
    };
  }

  /** A link that was never welcomed has brought nothing: the place before it still holds. */
  #onLost(link: Link): void {
    if (link.wasReady) this.#place = this.resume.isWhole ? link.place ?? "" : "";
    this.resume.disconnected();
  }

  #onWelcome({ resumeToken, resumed }: Welcome): void {
    this.#resumeToken = resumeToken;
    this.#nothingMissed = resumed;
  }

  #onStatus(status: ConnectionStatus): void {
    tellStatus(this.#options.listeners, status);
    // A listener may have closed it again.
    if (status !== "connected" || this.connection.link === undefined) return;
    this.resume.connected(this.#nothingMissed);
    this.sends.wake();
    this.#autoDelivery?.wake();
    // Lost again before it was told: the next connection is told anew.
    this.presence.connected().catch(() => undefined);
  }

  #onEvent(event: Event): void {
    const { body, channel } = event;
    switch (body?.$case) {
      case "row":
      case "memberRow": return this.logs.take(body.value, channel, false);
      case "receipt": return this.#onReceipt(body.value);
      case "typing": return this.#typing.heard(body.value);
      case "presenceChanged": return this.presence.changed(body.value);
      case "groupCreated": return this.#onGroupCreated(body.value);
      case "groupDeleted":
      case "conversationUpdated": {
        this.#noteEvent(body);
        return tellEvent(this.#options.listeners, body);
      }
      case "groupUpdated": case "ownershipTransferred": case "userUpdated": case "transient":
      case "sessionEnded": case "membershipChanged": case "userChanged": case "userStatusChanged": case "groupChanged":
      case "presenceReset":
        return tellEvent(this.#options.listeners, body);
      case undefined: return undefined;
    }
  }

  #onGroupCreated(created: GroupCreated): void {
    this.beginGroup(created.group?.guid ?? "");
    tellCreation(this.#options.listeners, this.user, created);
  }

  #noteEvent(body: Extract<Event["body"], { $case: "groupDeleted" | "conversationUpdated" }>): void {
    if (body.$case === "groupDeleted") {
      this.logs.forget({ receiverType: ReceiverType.GROUP, receiverId: body.value.group?.guid ?? "" });
      return;
    }
    const { conversation } = body.value;
    const receiverId = conversation?.conversationWith?.id;
    if (conversation === undefined || receiverId === undefined) return;
    this.views.note({ receiverType: conversation.conversationType, receiverId }, conversation);
  }

  #onReceipt(receipt: Receipt): void {
    if (this.views.isNewReceipt(receipt)) tellEvent(this.#options.listeners, { $case: "receipt", value: receipt });
  }

  #deliver(message: Message, address: Address, replayed: boolean): void {
    if (replayed) this.resume.noteReplayed();
    this.#noteArrived(message, address);
    this.#typing.message(message.sender?.id, message.receiverType, message.receiverId);
    tellMessage(this.#options.listeners, message, replayed);
    if (endsMembership(message, this.uid)) this.logs.forget(address);
  }

  #noteArrived(message: Message, address: Address): void {
    this.lastMessageId = Math.max(this.lastMessageId, message.id);
    this.#autoDelivery?.arrived(message, address);
  }
}

function endsMembership({ body }: Message, uid: string): boolean {
  if (body?.$case !== "groupAction") return false;
  const { kind, by, on } = body.value;
  const ends = kind === GroupActionKind.LEFT || kind === GroupActionKind.KICKED || kind === GroupActionKind.BANNED;
  return ends && (on ?? by)?.id === uid;
}
