import type { LogRecord } from "@parlance/platform/eventlog";
import { Event } from "@parlance/proto/event/v1/event";
import { GroupActionKind } from "@parlance/proto/messaging/v1/message";
import type { SimLink } from "./sim-link.js";

const COMES: ReadonlySet<GroupActionKind> = new Set([GroupActionKind.JOINED, GroupActionKind.ADDED]);
const GOES: ReadonlySet<GroupActionKind> = new Set([GroupActionKind.LEFT, GroupActionKind.KICKED, GroupActionKind.BANNED]);

/** Who hears what, by the same rules as the gateway: inboxes, groups by membership rows, origin and except. */
export class SimGateway {
  readonly #links = new Set<SimLink>();

  add(link: SimLink): void {
    this.#links.add(link);
    void link.ended.then(() => this.#links.delete(link));
  }

  get links(): readonly SimLink[] {
    return [...this.#links];
  }

  hear(record: LogRecord): void {
    const { kind, origin, except } = record.headers;
    if (kind === "memberRow" && record.key.includes("/g:")) this.#followMembership(record);
    for (const link of this.#links) {
      if (link.channels.has(record.key) && link.session !== origin && link.uid !== except) link.push(record);
    }
  }

  #followMembership({ key, value }: LogRecord): void {
    const { body } = Event.decode(value);
    const row = body?.$case === "memberRow" && body.value.body?.$case === "message" ? body.value.body.value.body : undefined;
    if (row?.$case !== "groupAction") return;
    const { kind, on, by } = row.value;
    const concerned = (on ?? by)?.id;
    for (const link of this.#links) {
      if (link.uid !== concerned) continue;
      if (COMES.has(kind)) link.channels.add(key);
      if (GOES.has(kind)) link.channels.delete(key);
    }
  }
}
