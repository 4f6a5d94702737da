import type { Random } from "../../random/index.js";
import type { Dump, StoredRow } from "../dump.js";
import type { Recorder } from "../recorder.js";
import { CAROL } from "../names.js";
import type { ModelClient } from "./model-client.js";
import type { ModelLog, NewRow } from "./model-log.js";
import { clientConversation, storedConversation } from "./stored-conversation.js";

interface World {
  readonly random: Random;
  readonly recorder: Recorder;
  readonly time: { ms: number };
  readonly logs: readonly ModelLog[];
  readonly clients: readonly ModelClient[];
  readonly leaseMs: number;
}

type Action = (run: ModelRun, client: ModelClient, log: ModelLog) => void;

/** Takes random steps through a model of the product and records them. */
export class ModelRun {
  readonly #world: World;
  #lastMuid = 0;
  #offered = 0;
  #refused = 0;

  constructor(world: World) {
    this.#world = world;
    for (const watcher of world.clients) {
      for (const { uid } of world.clients) this.#tellPresence(watcher, uid, true);
    }
  }

  step(): void {
    const { random, time } = this.#world;
    time.ms += random.int(200);
    if (random.int(60) === 0) time.ms += 4 * this.#world.leaseMs;
    const client = this.#pick(this.#world.clients);
    const log = this.#pick(this.#world.logs);
    if (!client.connected) {
      if (random.int(4) === 0) this.#reconnect(client);
    } else if (!log.members.has(client.uid)) {
      if (client.uid === CAROL && random.int(3) === 0 && log.founders.length > 1) this.#join(client, log);
    } else {
      this.#pick(ACTIONS)(this, client, log);
    }
  }

  /** Every client is back and has everything; every mark is known to everyone. */
  settle(): void {
    for (const client of this.#world.clients) {
      if (!client.connected) this.#reconnect(client);
      for (const log of client.cursors.keys()) client.pull(log);
    }
  }

  dump(): Dump {
    const { recorder, logs, clients } = this.#world;
    return {
      at: recorder.now(),
      conversations: logs.map(storedConversation),
      clients: clients.flatMap((client) => [...client.cursors.keys()].map((log) => clientConversation(client, log))),
      backpressure: { offered: this.#offered, refusals: { ERR_TOO_MANY_REQUESTS: this.#refused } },
    };
  }

  send(client: ModelClient, log: ModelLog): void {
    const muid = `m${(this.#lastMuid += 1)}`;
    const fate = this.#world.random.int(16);
    const first = this.#beginSend(client, log, muid, 1);
    if (fate === 0) {
      this.#refused += 1;
      first.fail({ code: "ERR_TOO_MANY_REQUESTS", retryAfterMs: 100 });
      return;
    }
    if (fate > 2) {
      const row = this.#append(client, log, { kind: "message", muid, content: contentOf(muid) });
      first.ok({ id: row.id, seq: row.seq });
      client.take(log, log.seen(client.uid, row));
      return;
    }
    // The answer is cut off; the send had landed or not. Meanwhile others go on.
    const landed =
      fate === 1 ? this.#append(client, log, { kind: "message", muid, content: contentOf(muid) }) : undefined;
    first.unknown();
    const again = this.#beginSend(client, log, muid, 2);
    const row = landed ?? this.#append(client, log, { kind: "message", muid, content: contentOf(muid) });
    again.ok({ id: row.id, seq: row.seq, duplicate: landed !== undefined });
    client.take(log, log.seen(client.uid, row));
  }

  pipeline(client: ModelClient, log: ModelLog): void {
    const muids = [0, 1, 2].map(() => `m${(this.#lastMuid += 1)}`);
    const sends = muids.map((muid) => ({ muid, send: this.#beginSend(client, log, muid, 1) }));
    for (const { muid, send } of sends) {
      const row = this.#append(client, log, { kind: "message", muid, content: contentOf(muid) });
      send.ok({ id: row.id, seq: row.seq });
      client.take(log, log.seen(client.uid, row));
    }
  }

  change(
    client: ModelClient,
    log: ModelLog,
    make: (id: number) => Pick<NewRow, "kind" | "content" | "reaction">,
  ): void {
    const living = [...log.messages.values()].filter(({ deleted }) => !deleted);
    if (living.length === 0) return;
    const { id } = this.#pick(living);
    const change = make(id);
    const args = { conversation: log.conversation, id };
    const { recorder } = this.#world;
    const running =
      change.kind === "edited"
        ? recorder.begin(client.name, "edit", { ...args, content: change.content ?? "" })
        : change.kind === "deleted"
          ? recorder.begin(client.name, "delete", args)
          : change.kind === "pinned"
            ? recorder.begin(client.name, "pin", { ...args, add: true })
            : recorder.begin(client.name, "react", { ...args, reaction: change.reaction ?? "", add: true });
    const row = this.#append(client, log, { ...change, target: id });
    running.ok({ seq: row.seq });
    client.take(log, log.seen(client.uid, row));
  }

  mark(client: ModelClient, log: ModelLog): void {
    const name = this.#pick(["deliveredSeq", "readSeq"] as const);
    const seq = this.#world.random.int(log.head + 1);
    const { conversation } = log;
    const marking = this.#world.recorder.begin(client.name, "mark", { conversation, [name]: seq });
    const marks = log.mark(client.uid, name, seq);
    marking.ok(marks);
    for (const other of this.#world.clients) {
      if (!other.connected || other === client || !log.members.has(other.uid)) continue;
      this.#world.recorder.happened(other.name, "receipt", { conversation, uid: client.uid }, marks);
    }
  }

  unread({ name, uid }: ModelClient, log: ModelLog): void {
    const { conversation, head } = log;
    const asking = this.#world.recorder.begin(name, "unread", { conversation });
    asking.ok({ unread: log.unread(uid), unreadAfterSeq: log.views.get(uid)?.unreadAfterSeq ?? 0, head });
  }

  list({ name, uid }: ModelClient): void {
    const listing = this.#world.recorder.begin(name, "list", { complete: true });
    const own = this.#world.logs.filter((log) => log.members.has(uid) && log.head > 0);
    listing.ok({ entries: own.map(({ conversation, head }) => ({ conversation, head })) });
  }

  kickCarol(client: ModelClient, log: ModelLog): void {
    if (!log.members.has(CAROL) || client.uid === CAROL) return;
    const kicking = this.#world.recorder.begin(client.name, "kick", {
      conversation: log.conversation,
      uid: CAROL,
    });
    const row = this.#append(client, log, { kind: "kicked", on: CAROL });
    kicking.ok({ seq: row.seq });
    client.take(log, log.seen(client.uid, row));
    for (const { connected, ...other } of this.#clientsOf(CAROL)) if (connected) other.client.drop(log);
  }

  disconnect(client: ModelClient): void {
    client.disconnect();
    if (this.#clientsOf(client.uid).some(({ connected }) => connected)) return;
    for (const watcher of this.#world.clients)
      if (watcher.connected) this.#tellPresence(watcher, client.uid, false);
  }

  sampleWire({ name }: ModelClient): void {
    const sample = Buffer.from("…canary-of-app…").toString("base64");
    this.#world.recorder.happened(name, "wire", { encoding: "base64" }, { sample });
  }

  #join(client: ModelClient, log: ModelLog): void {
    if (log.conversation.includes("/user/")) return;
    const joining = this.#world.recorder.begin(client.name, "join", {
      conversation: log.conversation,
      uid: client.uid,
    });
    const row = this.#append(client, log, { kind: "joined", on: client.uid });
    joining.ok({ seq: row.seq });
    for (const { client: device } of this.#clientsOf(client.uid)) device.follow(log, row.seq - 1);
    client.take(log, log.seen(client.uid, row));
  }

  #reconnect(client: ModelClient): void {
    client.resume();
    for (const watcher of this.#world.clients)
      if (watcher.connected) this.#tellPresence(watcher, client.uid, true);
    for (const { uid } of this.#world.clients) {
      this.#tellPresence(
        client,
        uid,
        this.#clientsOf(uid).some(({ connected }) => connected),
      );
    }
  }

  #beginSend({ name }: ModelClient, { conversation }: ModelLog, muid: string, attempt: number) {
    this.#offered += 1;
    const args = { conversation, muid, content: contentOf(muid), attempt, connection: "c1" };
    return this.#world.recorder.begin(name, "send", args);
  }

  #append(client: ModelClient, log: ModelLog, row: Omit<NewRow, "sender">): StoredRow {
    const audience = this.#world.clients.filter(({ uid }) => log.members.has(uid));
    const stored = log.append({ ...row, sender: client.uid }, this.#world.time.ms);
    for (const other of audience) {
      // The client's own answer takes the place of a delivery.
      if (other !== client) other.deliver(log, stored, this.#world.random.int(12) === 0);
    }
    return stored;
  }

  #tellPresence(watcher: ModelClient, uid: string, online: boolean): void {
    if (watcher.uid !== uid) this.#world.recorder.happened(watcher.name, "presence", { uid }, { online });
  }

  #clientsOf(uid: string): { client: ModelClient; connected: boolean }[] {
    return this.#world.clients
      .filter((client) => client.uid === uid)
      .map((client) => ({ client, connected: client.connected }));
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#world.random.int(items.length)]!;
  }
}

const send: Action = (run, client, log) => run.send(client, log);

const ACTIONS: readonly Action[] = [
  send,
  send,
  send,
  send,
  send,
  send,
  (run, client, log) => run.pipeline(client, log),
  (run, client, log) =>
    run.change(client, log, (id) => ({ kind: "edited", content: `edit of ${id} by ${client.uid}` })),
  (run, client, log) => run.change(client, log, () => ({ kind: "reactionAdded", reaction: "👍" })),
  (run, client, log) => run.change(client, log, () => ({ kind: "pinned" })),
  (run, client, log) => run.change(client, log, () => ({ kind: "deleted" })),
  (run, client, log) => run.mark(client, log),
  (run, client, log) => run.unread(client, log),
  (run, client) => run.list(client),
  (_run, client, log) => void client.read(log, Math.max(0, log.head - 7)),
  (run, client, log) => run.kickCarol(client, log),
  (run, client) => run.disconnect(client),
  (run, client) => run.sampleWire(client),
];

function contentOf(muid: string): string {
  return `text of ${muid}`;
}
