// Writes of views. Each is one document, changed in one step and guarded by what it was: versions for memberships, $max for
// marks. So a repeat, or a late one, has no effect.
import { isDuplicate, READ_MS } from "@parlance/platform/mongo";
import type { AppId } from "@parlance/platform/ids";
import type { Clock } from "@parlance/platform/time";
import { fail } from "@parlance/platform/errors";
import type { ConversationId } from "../../domain/conversation.js";
import type { MemberChange } from "../../domain/member.js";
import { viewKey, type Collections, type ViewDoc } from "./documents.js";

export interface Home {
  readonly conversation: ConversationId;
  readonly handle: number;
  readonly label: string;
}

interface NewView {
  readonly present: boolean;
  readonly scope: number;
  readonly version: number;
  readonly floor: number;
  readonly marks: number;
  readonly createdAtMs: number;
}

const RACES_MAX = 20;

export class Views {
  readonly #all: Collections;
  readonly #clock: Pick<Clock, "now">;

  constructor(all: Collections, clock: Pick<Clock, "now">) {
    this.#all = all;
    this.#clock = clock;
  }

  async find(app: AppId, handle: number, uid: string): Promise<ViewDoc | undefined> {
    return (await this.#all.views.findOne({ _id: viewKey(app, handle, uid) }, { maxTimeMS: READ_MS })) ?? undefined;
  }

  /** Views of a pair, at the first row of its log; those that are there stay as they are. */
  async makePair(home: Home, uids: readonly string[], atMs: number): Promise<void> {
    const view = { present: true, scope: 0, version: 0, floor: 0, marks: 0, createdAtMs: atMs };
    await Promise.all(uids.map((uid) => this.#insert(home, uid, view)));
  }

  /** One who is no member any more keeps a record without marks, so that the version still guards. */
  async changeMember(home: Home, change: MemberChange, head: number): Promise<void> {
    const { scope } = change;
    if (scope === undefined) return;
    for (let race = 0; race < RACES_MAX; race += 1) {
      const stored = await this.find(home.conversation.app, home.handle, change.uid);
      if (stored !== undefined && stored.ve >= change.version) return;
      const done = stored?.e === true && scope > 0
        ? await this.#update(stored, { sc: scope, ve: change.version })
        : await this.#replace(home, stored, change, scope, head);
      if (done) return;
    }
    throw fail("ERR_MISSION_FAILED", "a view is changed by too many at once");
  }

  /** Watermarks only rise. */
  async raise(stored: ViewDoc, marks: Pick<ViewDoc, "de" | "re" | "un">, atMs: number): Promise<void> {
    await this.#all.views.updateOne(
      { _id: stored._id },
      { $max: marks, $set: { ua: atMs, st: this.#clock.now() }, $inc: { no: 1 } },
    );
  }

  async #replace(home: Home, stored: ViewDoc | undefined, change: MemberChange, scope: number, head: number): Promise<boolean> {
    const member = scope > 0;
    const marks = member ? head : 0;
    const view: NewView = {
      present: member, scope, version: change.version, marks, createdAtMs: change.atMs, floor: member && change.sinceJoin ? head : 0,
    };
    if (stored === undefined) return this.#insert(home, change.uid, view);
    return this.#update(stored, {
      e: member, sc: scope, ve: change.version, de: marks, re: marks, un: marks, fl: view.floor, ca: change.atMs, ua: change.atMs,
    });
  }

  async #update(stored: ViewDoc, fields: Partial<ViewDoc>): Promise<boolean> {
    const { matchedCount } = await this.#all.views.updateOne(
      { _id: stored._id, ve: stored.ve, e: stored.e },
      { $set: { ...fields, st: this.#clock.now() }, $inc: { no: 1 } },
    );
    return matchedCount === 1;
  }

  async #insert({ conversation, handle, label }: Home, uid: string, view: NewView): Promise<boolean> {
    const doc: ViewDoc = {
      _id: viewKey(conversation.app, handle, uid), a: conversation.app, u: uid, h: handle, r: conversation.ref, l: label,
      e: view.present, sc: view.scope, ve: view.version, de: view.marks, re: view.marks, un: view.marks, fl: view.floor,
      ca: view.createdAtMs, ua: view.createdAtMs, no: 1, st: this.#clock.now(),
    };
    try {
      await this.#all.views.insertOne(doc);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }
}
