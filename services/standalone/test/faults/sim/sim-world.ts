// One run of the simulation: an app with three people, four devices and three conversations.
import type { LogRecord } from "@parlance/platform/eventlog";
import { seededRandom, type Random } from "@parlance/platform/random";
import {
  checkAll, MemorySink, Recorder, type CallAnswer, type Dump, type InvariantName, type Json, type Projection, type Report, type RowKind,
} from "@parlance/platform/testing";
import { ChatClient, type OutgoingText } from "../kit/chat-client.js";
import { finalState } from "../kit/final-state.js";
import { conversationsOf, placesOf, type Society } from "../kit/pairs.js";
import { toGroup, type Place } from "../kit/places.js";
import { populate } from "../kit/prepare.js";
import { list, object } from "../kit/rows.js";
import type { Command } from "./commands.js";
import { SimGateway } from "./sim-gateway.js";
import { SimLink } from "./sim-link.js";
import type { SimPlatform } from "./sim-platform.js";

const society: Society = {
  uids: ["alice", "bob", "carol"],
  pairs: [["alice", "bob"], ["alice", "carol"]],
  groups: [{ guid: "book-club", members: ["alice", "bob"] }],
};
const CLUB = toGroup("book-club");
const DEVICES = [["alice", "phone"], ["alice", "laptop"], ["bob", "phone"], ["carol", "phone"]] as const;
const CHECKED: readonly InvariantName[] = [
  "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "I13", "I15",
];
const STEP_MS = 20;
const ALL = 1_000_000;

interface Device {
  readonly client: ChatClient;
  link: SimLink | undefined;
  /** Sends without an outcome. */
  readonly open: { readonly text: OutgoingText; readonly attempt: number }[];
}

export class SimWorld {
  readonly #sim: SimPlatform;
  readonly #random: Random;
  readonly #sink = new MemorySink();
  readonly #recorder: Recorder;
  readonly #gateway = new SimGateway();
  readonly #devices: Device[] = [];
  readonly #flowing = new Map<string, LogRecord[]>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #messages: { readonly id: number; readonly place: Place; readonly uid: string }[] = [];
  #losses = { request: 0.02, answer: 0.04 };
  #app = "";
  #count = 0;

  constructor(sim: SimPlatform, seed: number) {
    this.#sim = sim;
    this.#random = seededRandom(seed);
    this.#recorder = new Recorder(sim.clock, this.#sink);
  }

  /** Runs the script, heals, and answers what the checkers find. */
  async run(script: readonly Command[]): Promise<Report> {
    this.#app = (await populate(this.#sim.platform, society)).app;
    const prefix = `${this.#app}/`;
    this.#sim.onRecords = (records) => {
      for (const record of records) if (record.key.startsWith(prefix)) this.#arrived(record);
    };
    for (const [uid, device] of DEVICES) this.#devices.push(this.#device(uid, device));
    this.#sim.faults = { random: this.#random, storeDelayMaxMs: 30, lostCommits: 0.03, doubledRecords: 0.1 };
    await Promise.all(this.#devices.map(({ client }) => client.connect()));
    for (const command of script) await this.#take(command);
    await this.#heal();
    const dump = await this.#dump();
    this.#sim.onRecords = () => undefined;
    return checkAll(this.#sink.entries, dump, CHECKED);
  }

  async #take(command: Command): Promise<void> {
    if (command.do === "flow") return this.#flow(command.count);
    if (command.do === "wait") return this.#sim.clock.advance(command.ms);
    const device = this.#devices[command.device % this.#devices.length]!;
    const places = placesOf(society, device.client.uid);
    switch (command.do) {
      case "deliver": return device.link?.deliver(command.count);
      case "send": return this.#start(this.#send(device, this.#text(places[command.place % places.length]!), 1));
      case "retry": return this.#retry(device);
      case "edit": case "delete": return this.#start(this.#change(device, command.do, command.target));
      case "mark": return this.#start(device.client.markRead(places[command.place % places.length]!));
      case "read": return this.#start(device.client.read(places[command.place % places.length]!, 0));
      case "join": case "leave": return this.#start(this.#membership(device, command.do));
      case "kick": return this.#start(this.#kick(device));
      case "drop": return device.client.drop();
      case "connect": return device.client.isConnected ? undefined : this.#start(device.client.connect());
      case "sync": return this.#start(device.client.resume());
    }
  }

  #start(work: Promise<unknown>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  #text(place: Place): OutgoingText {
    const muid = `m${(this.#count += 1)}`;
    return { place, muid, text: muid };
  }

  async #send(device: Device, text: OutgoingText, attempt: number): Promise<void> {
    const answer = await device.client.send(text, attempt);
    if (answer.outcome === "unknown") device.open.push({ text, attempt: attempt + 1 });
    if (answer.outcome === "ok") {
      this.#messages.push({ id: Number(object(answer.result["message"])?.["id"]), place: text.place, uid: device.client.uid });
    }
  }

  #retry(device: Device): void {
    for (const { text, attempt } of device.open.splice(0)) this.#start(this.#send(device, text, attempt));
  }

  /** Edits carry their text as muid too, so that the final log tells what each change was. */
  async #change({ client }: Device, what: "edit" | "delete", target: number): Promise<void> {
    const mine = this.#messages.filter(({ uid }) => uid === client.uid);
    const message = mine[target % Math.max(1, mine.length)];
    if (message === undefined) return;
    const { id, place } = message;
    const conversation = client.nameOf(place);
    const content = `e${(this.#count += 1)}`;
    const operation = what === "edit"
      ? this.#recorder.begin(client.name, "edit", { conversation, id, content })
      : this.#recorder.begin(client.name, "delete", { conversation, id });
    this.#finish(operation, await (what === "edit"
      ? client.call("messaging.EditMessage", { messageId: id, muid: content, text: { text: content } })
      : client.call("messaging.DeleteMessage", { messageId: id })));
  }

  async #membership({ client }: Device, what: "join" | "leave"): Promise<void> {
    const operation = this.#recorder.begin(client.name, what, { conversation: client.nameOf(CLUB), uid: client.uid });
    this.#finish(operation, await client.call(what === "join" ? "group.JoinGroup" : "group.LeaveGroup", { guid: CLUB.id }));
  }

  /** Alice, who owns the club, sends the device's user away. */
  async #kick(device: Device): Promise<void> {
    const [alice] = this.#devices;
    const { uid } = device.client;
    const operation = this.#recorder.begin(alice!.client.name, "kick", { conversation: alice!.client.nameOf(CLUB), uid });
    this.#finish(operation, await alice!.client.call("group.KickMember", { guid: CLUB.id, uid }));
  }

  #finish(operation: { ok(value: { seq: number }): void; fail(failure: { code: string }): void; unknown(): void }, answer: CallAnswer): void {
    if (answer.outcome === "unknown") return operation.unknown();
    if (answer.outcome === "fail") return operation.fail({ code: answer.error.code });
    const seq = object(answer.result["action"])?.["seq"];
    return operation.ok((seq === undefined ? {} : { seq: Number(seq) }) as { seq: number });
  }

  /** The log loses some rows for followers; they are told of the next and pull. */
  #arrived(record: LogRecord): void {
    if (this.#sim.faults !== undefined && record.headers.kind === "row" && this.#random.next() < 0.03) return;
    const waiting = this.#flowing.get(record.key);
    if (waiting === undefined) this.#flowing.set(record.key, [record]);
    else waiting.push(record);
  }

  /** Lets records through to the gateway: in order per channel, the channels in any order. */
  #flow(count: number): void {
    for (let left = count; left > 0 && this.#flowing.size > 0; left -= 1) {
      const keys = [...this.#flowing.keys()];
      const key = keys[this.#random.int(keys.length)]!;
      const waiting = this.#flowing.get(key)!;
      this.#gateway.hear(waiting.shift()!);
      if (waiting.length === 0) this.#flowing.delete(key);
    }
  }

  #device(uid: string, device: string): Device {
    const made: Device = {
      link: undefined,
      open: [],
      client: new ChatClient({
        app: this.#app, uid, device, token: "", port: 0, clock: this.#sim.clock, recorder: this.#recorder,
        places: placesOf(society, uid),
        open: async (onEvent) => (made.link = await this.#open(uid, onEvent)),
      }),
    };
    return made;
  }

  async #open(uid: string, onEvent: (event: Json) => void): Promise<SimLink> {
    const { platform, codec } = this.#sim;
    const link = new SimLink({
      app: this.#app, uid, session: `s${(this.#count += 1)}`, channel: platform.platform.channel, codec, random: this.#random,
      losses: this.#losses, onEvent,
    });
    // As the gateway does: the inbox first, then the groups; what is heard meanwhile corrects the list.
    link.channels.add(`${this.#app}/u:${uid}`);
    this.#gateway.add(link);
    const { guids } = await platform.group.listJoinedGuids({ uid }, platform.internal(this.#app as never));
    for (const guid of guids) link.channels.add(`${this.#app}/g:${guid}`);
    return link;
  }

  async #heal(): Promise<void> {
    this.#sim.faults = undefined;
    this.#losses = { request: 0, answer: 0 };
    await this.#calm();
    for (const { client } of this.#devices) await client.drop();
    for (const { client } of this.#devices) this.#start(client.connect());
    await this.#calm();
    for (const device of this.#devices) this.#retry(device);
    await this.#calm();
    const settled = this.#sim.platform.settle();
    this.#start(settled);
    await this.#calm();
    await settled;
    this.#flow(ALL);
    for (const link of this.#gateway.links) link.deliver(ALL);
    for (const { client } of this.#devices) this.#start(client.settled());
    await this.#calm();
    for (const { client } of this.#devices) this.#start(client.resume());
    await this.#calm();
  }

  /** Nothing that a device began is under way. */
  async #calm(): Promise<void> {
    while (this.#running.size > 0) await this.#sim.clock.advance(STEP_MS);
  }

  async #dump(): Promise<Dump> {
    const { platform } = this.#sim;
    const { guids } = await platform.group.listJoinedGuids({ uid: "bob" }, platform.internal(this.#app as never));
    const carol = await platform.group.listJoinedGuids({ uid: "carol" }, platform.internal(this.#app as never));
    const members = ["alice", ...(guids.length > 0 ? ["bob"] : []), ...(carol.guids.length > 0 ? ["carol"] : [])];
    const projections = new Map<string, Projection[]>();
    const call = async (uid: string, method: string, request: Json): Promise<Json> => {
      const client = this.#devices.find((device) => device.client.uid === uid)!.client;
      const answer = await client.call(method, request);
      if (answer.outcome !== "ok") throw new Error(`${method} by ${uid}: ${JSON.stringify(answer)}`);
      for (const row of list(answer.result["rows"])) note(projections, row);
      return answer.result;
    };
    const present = { ...society, groups: [{ guid: CLUB.id, members }] };
    const dump = await finalState(this.#app, this.#recorder.now(), conversationsOf(present), call);
    return {
      ...dump,
      conversations: dump.conversations.map((each) => ({
        ...each,
        founders: each.conversation.includes("/group/") ? society.groups[0]!.members.slice(0, 1) : each.founders!,
        projections: [...new Map(each.rows.flatMap(({ id }) => projections.get(String(id)) ?? []).map((state) => [state.id, state])).values()],
        rows: each.rows.map((row) => SAYS.has(row.kind) && row.muid !== undefined ? { ...row, content: row.muid } : row),
      })),
    };
  }
}

/** Rows whose text is their muid in this simulation. */
const SAYS: ReadonlySet<RowKind> = new Set(["message", "edited"]);

/** The present state of a message, as a row of the final log shows it. */
function note(projections: Map<string, Projection[]>, row: Json): void {
  const message = object(row["message"]);
  if (message === undefined || message["groupAction"] !== undefined || message["messageAction"] !== undefined) return;
  const text = object(message["text"])?.["text"];
  projections.set(String(Number(message["id"])), [{
    id: Number(message["id"]), changeSeq: Number(message["changeSeq"] ?? 0), deleted: message["deletedAtMs"] !== undefined,
    reactions: {}, pinned: false, ...(typeof text === "string" ? { content: text } : {}),
  }]);
}
