import { fail } from "@parlance/platform/errors";
import type { OutgoingContext, RpcChannel } from "@parlance/platform/rpc";
import { DeliverRequest, DeliverResponse } from "@parlance/proto/event/v1/rpc";
import { Event, type MembershipChanged } from "@parlance/proto/event/v1/event";
import { Category, Message } from "@parlance/proto/messaging/v1/message";

/** Stands in for messaging: applies each event once, and answers an action message for those that leave one. */
export class EventSink implements RpcChannel {
  /** Applied, each once, in the order of arrival. */
  readonly applied: Event[] = [];
  readonly contexts: OutgoingContext[] = [];
  /** Of all arrivals, repeats included. */
  readonly deliveries: Event[][] = [];
  state: "here" | "away" | "silent" = "here";
  readonly #bytes = new Map<string, string>();
  readonly #effects = new Map<string, Uint8Array>();

  async call(_method: string, request: Uint8Array, context: OutgoingContext): Promise<Uint8Array> {
    if (this.state === "away") throw fail("ERR_OPERATION_FAILED");
    if (this.state === "silent") return new Promise(() => undefined);
    this.contexts.push(context);
    const { events } = DeliverRequest.decode(request);
    this.deliveries.push(events.map((bytes) => Event.decode(bytes)));
    return DeliverResponse.encode({ effects: events.map((bytes) => this.apply(bytes)) }).finish();
  }

  /** What both ways, the nudge and the event log, lead to. */
  apply(bytes: Uint8Array): Uint8Array {
    const event = Event.decode(bytes);
    const text = Buffer.from(bytes).toString("hex");
    if ((this.#bytes.get(event.id) ?? text) !== text) throw new Error(`other bytes for ${event.id}`);
    this.#bytes.set(event.id, text);
    const known = this.#effects.get(event.id);
    if (known !== undefined) return known;
    this.applied.push(event);
    const effect = this.#effectOf(event);
    this.#effects.set(event.id, effect);
    return effect;
  }

  /** Membership changes applied to a group, in order. */
  changesOf(guid: string): MembershipChanged[] {
    return this.applied.flatMap(({ body }) =>
      body?.$case === "membershipChanged" && body.value.guid === guid ? [body.value] : []);
  }

  async close(): Promise<void> {}

  #effectOf({ id, body, atMs }: Event): Uint8Array {
    if (body?.$case !== "membershipChanged" || body.value.silent) return new Uint8Array();
    const { kind, by, user, membersCount } = body.value;
    return Message.encode(Message.fromPartial({
      id: this.applied.length, muid: `@${id}`, category: Category.ACTION, type: "groupMember", sentAtMs: atMs,
      body: { $case: "groupAction", value: { kind, by: by!, on: user!, membersCount } },
    })).finish();
  }
}
