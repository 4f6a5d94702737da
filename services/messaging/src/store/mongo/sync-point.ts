// How much a user was told. The store has no order of all changes, so a point is a time: what is stamped later is new. A
// change carries the time of its submission and is seen some time after, so the time of a point lies as far back as a write
// can take; and what was told of that stretch already is listed, so that it is not told again. Where the list grows too long
// some is told twice, which is harmless.
import type { SyncPoint } from "../ports.js";
import type { SlimRow } from "./documents.js";
import type { UserView } from "./user-views.js";

/** Longer than a write may be under way, and clocks of pods may differ. */
const OVERLAP_MS = 30_000;
const CHARACTERS_MAX = 340;
const BASE = 36;

/** What was told of a conversation: numbers of the own and the other's newest change, and the newest row. */
interface Told {
  readonly own: number;
  readonly peer: number;
  readonly head: number;
}

export class Since {
  /** Unix milliseconds; all that is stamped up to here was told. */
  readonly atMs: number;
  readonly #told: ReadonlyMap<number, Told>;

  constructor(atMs: number, told: ReadonlyMap<number, Told>) {
    this.atMs = atMs;
    this.#told = told;
  }

  ownMoved({ doc }: UserView): boolean {
    return doc.st > this.atMs && this.#told.get(doc.h)?.own !== doc.no;
  }

  peerMoved({ doc, peer }: UserView): boolean {
    return peer !== undefined && peer.st > this.atMs && this.#told.get(doc.h)?.peer !== peer.no;
  }

  isNewRow({ doc }: UserView, row: Pick<SlimRow, "s" | "w">): boolean {
    return row.w > this.atMs && row.s > (this.#told.get(doc.h)?.head ?? 0);
  }

  /** Whether this life of a conversation was told of. */
  knows({ doc }: UserView): boolean {
    return this.#told.has(doc.h);
  }
}

/** A text that is no point is one before everything. */
export function readPoint(text: SyncPoint): Since {
  const [at = "", ...entries] = text.split(";");
  const told = new Map(entries.map((entry) => {
    const [handle = 0, own = 0, peer = 0, head = 0] = entry.split(".").map((part) => parseInt(part, BASE));
    return [handle, { own, peer, head }] as const;
  }));
  const atMs = parseInt(at, BASE);
  return new Since(Number.isSafeInteger(atMs) ? atMs : 0, told);
}

/** The point of views as they were read after `nowMs`. */
export function pointOf(nowMs: number, views: readonly UserView[]): SyncPoint {
  const atMs = Math.max(0, nowMs - OVERLAP_MS);
  let text = atMs.toString(BASE);
  const recent = views.map((view) => ({ ...view, changedAt: Math.max(view.doc.st, view.peer?.st ?? 0, view.top?.w ?? 0) }))
    .filter(({ changedAt }) => changedAt > atMs).sort((a, b) => b.changedAt - a.changedAt);
  for (const { doc, peer, head } of recent) {
    const entry = `;${[doc.h, doc.no, peer?.no ?? 0, head].map((each) => each.toString(BASE)).join(".")}`;
    if (text.length + entry.length > CHARACTERS_MAX) break;
    text += entry;
  }
  return text as SyncPoint;
}
