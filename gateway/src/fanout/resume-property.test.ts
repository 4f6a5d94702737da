// Random histories of two gateways, a log in partitions and a client that is cut off at any frame: whenever a gateway says that
// nothing was missed, the client has, in the end, everything that one would have that never left.

import { ManualClock } from "@parlance/platform/time";
import type { Event } from "@parlance/proto/event/v1/event";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import fc from "fast-check";
import { expect, test } from "vitest";
import { groupDeleted, memberRow, messageRow } from "../testing/bodies.js";
import { ScriptedGateway, type ScriptedClient } from "../testing/scripted-gateway.js";
import { ScriptedLog } from "../testing/scripted-log.js";
import { ScriptedServices } from "../testing/scripted-services.js";

const PARTITIONS = 3;
const CHANNELS = ["u:alice", "u:bob", "g:own", "g:other", "g:doomed"] as const;
/** The group that alice joins and leaves; `own` stays hers, `doomed` may be deleted, `other` is never hers. */
const COMES_AND_GOES = "g:changing";

type Step =
  | { readonly what: "row"; readonly channel: string }
  | { readonly what: "toggle" | "delete" | "ping" | "repeat" }
  | { readonly what: "publish" | "hand"; readonly gateway: number; readonly number: number; readonly most: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constant("row" as const), channel: fc.constantFrom(...CHANNELS, COMES_AND_GOES) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom("toggle" as const, "delete" as const, "repeat" as const) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("ping" as const) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      what: fc.constantFrom("publish" as const, "hand" as const), gateway: fc.nat(1), number: fc.nat(5), most: fc.integer({ min: 1, max: 9 }),
    }),
  },
);

interface Fact {
  readonly id: string;
  readonly channel: string;
  readonly body: Event["body"];
}

class World {
  readonly clock = new ManualClock();
  readonly services = new ScriptedServices();
  readonly log = new ScriptedLog(PARTITIONS);
  readonly gateways: readonly ScriptedGateway[];
  /** Committed, in order; the log has what was published, in order per channel. */
  readonly facts: Fact[] = [];
  readonly #unpublished = new Map<string, Fact[]>();
  #isMember = false;
  #isDoomedGone = false;
  client: ScriptedClient | undefined;
  /** Ids that alice has or does not need. */
  readonly has = new Set<string>();
  place = "";
  resumeToken = "";

  constructor() {
    const { clock, services, log } = this;
    const shared = { clock, services, eventLog: log.followed, logId: "log", resumeKey: Buffer.alloc(32, 1) };
    this.gateways = [new ScriptedGateway({}, shared), new ScriptedGateway({}, shared)];
    this.#membersAre();
  }

  async take(one: Step): Promise<void> {
    switch (one.what) {
      case "row": return this.#commit(one.channel, messageRow("hi"));
      case "toggle": return this.#toggle();
      case "delete": return this.#delete();
      case "repeat": return this.#repeat();
      case "ping": return this.client?.send({ id: 2, body: { $case: "ping", value: {} } });
      case "publish": return this.#publish([...CHANNELS, COMES_AND_GOES][one.number % 6] ?? "", one.most);
      case "hand": return this.log.hand(one.gateway, one.number % PARTITIONS, one.most);
    }
  }

  async settle(): Promise<void> {
    await this.gateways[0]!.settle();
  }

  /** Everything gets everywhere. */
  async finish(): Promise<void> {
    for (const channel of this.#unpublished.keys()) this.#publish(channel, Infinity);
    for (const nth of [0, 1]) this.log.handAll(nth);
    await this.settle();
    this.read(Infinity);
  }

  async connect(nth: number): Promise<boolean> {
    const gateway = this.gateways[nth]!;
    this.client = gateway.connect();
    this.client.hello({ token: "alice-token", resumeToken: this.resumeToken, place: this.place });
    await this.settle();
    const frames = this.client.frames();
    const welcome = frames[0]?.body;
    if (welcome?.$case !== "welcome") throw new Error("not welcomed");
    this.resumeToken = welcome.value.resumeToken;
    if (!welcome.value.resumed) for (const { id } of this.facts) this.has.add(id);
    this.#hear(frames);
    return welcome.value.resumed;
  }

  /** The connection broke after so many frames. */
  read(frames: number): void {
    this.#hear(this.client?.frames().slice(0, frames) ?? []);
  }

  leave(): void {
    this.client?.leaves();
    this.client = undefined;
  }

  /** What a client that never left has, and alice does not. */
  missing(): string[] {
    const mine = this.facts.filter(({ channel }) => channel === "u:alice" || channel === "g:own");
    const rejoined = this.facts.findLastIndex(({ channel, body }) => channel === COMES_AND_GOES && body?.$case === "memberRow");
    const changing = this.#isMember ? this.facts.slice(rejoined + 1).filter(({ channel }) => channel === COMES_AND_GOES) : [];
    const doomed = this.facts.filter(({ channel, body }) => channel === "g:doomed" && (!this.#isDoomedGone || body?.$case === "groupDeleted"));
    return [...mine, ...changing, ...doomed].filter(({ id }) => !this.has.has(id)).map(({ id, channel }) => `${channel} ${id}`);
  }

  #hear(frames: ReturnType<ScriptedClient["frames"]>): void {
    for (const { body } of frames) {
      if (body?.$case === "event") this.has.add(body.value.id);
      if (body?.$case === "events") for (const { id } of body.value.events) this.has.add(id);
      if ((body?.$case === "welcome" || body?.$case === "pong") && body.value.place !== undefined) this.place = body.value.place;
    }
  }

  #commit(channel: string, body: Event["body"]): void {
    if (this.#isDoomedGone && channel === "g:doomed" && body?.$case !== "groupDeleted") return;
    const fact = { id: `f${this.facts.length}`, channel, body };
    this.facts.push(fact);
    this.#unpublished.set(channel, [...this.#unpublished.get(channel) ?? [], fact]);
  }

  #toggle(): void {
    this.#isMember = !this.#isMember;
    const body = memberRow(this.#isMember ? GroupActionKind.ADDED : GroupActionKind.KICKED, "alice");
    this.#commit(COMES_AND_GOES, body);
    this.#commit("u:alice", body);
    this.#membersAre();
  }

  #delete(): void {
    if (this.#isDoomedGone) return;
    this.#isDoomedGone = true;
    this.#commit("g:doomed", groupDeleted("bob"));
    this.#membersAre();
  }

  /** A relay that died publishes again. */
  #repeat(): void {
    const fact = this.facts.find(({ channel }) => channel === "g:own");
    if (fact !== undefined && !this.#unpublished.get("g:own")?.includes(fact)) this.#append(fact);
  }

  #publish(channel: string, most: number): void {
    for (const fact of this.#unpublished.get(channel)?.splice(0, most) ?? []) this.#append(fact);
  }

  #append({ id, channel, body }: Fact): void {
    const isExcepted = channel === COMES_AND_GOES && body?.$case === "memberRow";
    this.log.append(this.gateways[0]!.record(channel, body, { id, ...(isExcepted ? { except: "alice" } : {}) }));
  }

  #membersAre(): void {
    const guids = ["own", ...(this.#isMember ? ["changing"] : []), ...(this.#isDoomedGone ? [] : ["doomed"])];
    this.services.groupsOf.set("alice", guids);
  }
}

test("whenever a gateway says that nothing was missed, nothing was (P10)", { timeout: 60_000 }, async () => {
  const told = { missed: 0, nothing: 0 };
  await fc.assert(fc.asyncProperty(
    fc.array(step, { maxLength: 12 }), fc.array(step, { maxLength: 25 }), fc.array(step, { maxLength: 12 }), fc.nat(12), fc.nat(1), fc.nat(1),
    async (before, during, away, heard, home, elsewhere) => {
      const world = new World();
      for (const gateway of world.gateways) gateway.wired.parts.memory.batchEnded(gateway.wired.parts.feed.positions());
      await world.clock.advance(11_000);
      for (const one of before) await world.take(one);
      await world.settle();
      await world.connect(home);
      for (const one of during) {
        await world.take(one);
        if (one.what === "ping") await world.settle();
      }
      await world.settle();
      world.read(heard);
      world.leave();
      for (const one of away) if (one.what !== "ping") await world.take(one);
      await world.settle();
      const resumed = await world.connect(elsewhere);
      told[resumed ? "nothing" : "missed"] += 1;
      await world.finish();
      expect(resumed ? world.missing() : []).toEqual([]);
    },
  ), { numRuns: 500 });
  expect(Math.min(told.missed, told.nothing)).toBeGreaterThan(50);
});
