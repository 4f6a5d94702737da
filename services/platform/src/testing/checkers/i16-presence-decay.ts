import type { Dump } from "../dump.js";
import { oksOf, parseClient, type History } from "../history.js";
import type { Violation } from "../violation.js";
import { groupBy } from "./observations.js";

/** A stretch of the time line; `to` is the end of the run when nothing ended it. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * I16: nobody is shown online who has been gone for longer than twice the lease. Judged for every absence of
 * a user and every client that was connected for two leases within it: at that moment the last presence it
 * was told must not be "online".
 */
export function checkPresenceDecay(history: History, dump: Dump): Violation[] {
  const { presenceLeaseMs: leaseMs, at } = dump;
  if (leaseMs === undefined) return [];
  const connected = connections(history, at);
  const absences = absencesByUser(connected, at);
  const told = groupBy(oksOf(history, "presence"), ({ client, args }) => `${client}\n${args.uid}`);
  return [...told.values()].flatMap((news) => {
    const [first] = news;
    if (first === undefined) return [];
    const { app } = parseClient(first.client);
    const watching = connected.get(first.client) ?? [{ from: Number.NEGATIVE_INFINITY, to: at }];
    return (absences.get(`${app}/${first.args.uid}`) ?? []).flatMap((absence) =>
      watching.flatMap((watch) => {
        const judgedAt = Math.max(absence.from, watch.from) + 2 * leaseMs;
        if (judgedAt >= Math.min(absence.to, watch.to)) return [];
        const last = news.filter(({ t }) => t <= judgedAt).at(-1);
        if (last?.value.online !== true) return [];
        const text = `${first.args.uid} was shown online ${Math.round(judgedAt - absence.from)} ms after going`;
        return [{ invariant: "I16" as const, class: "other" as const, text, client: first.client }];
      }),
    );
  });
}

/** When each client had an authenticated socket. */
function connections(history: History, end: number): ReadonlyMap<string, readonly Stretch[]> {
  const stretches = new Map<string, Stretch[]>();
  for (const entry of history) {
    if (entry.outcome !== "ok") continue;
    const own = stretches.get(entry.client) ?? [];
    const last = own.at(-1);
    const isOpen = last?.to === end;
    if (entry.op === "connect" && !isOpen) stretches.set(entry.client, [...own, { from: entry.t0, to: end }]);
    if (entry.op === "disconnect" && isOpen)
      stretches.set(entry.client, [...own.slice(0, -1), { ...last, to: entry.t }]);
  }
  return stretches;
}

/** The times without any device, of users who were connected at least once. */
function absencesByUser(
  connected: ReadonlyMap<string, readonly Stretch[]>,
  end: number,
): ReadonlyMap<string, Stretch[]> {
  const devices = groupBy(connected, ([client]) => {
    const { app, uid } = parseClient(client);
    return `${app}/${uid}`;
  });
  return new Map(
    [...devices].map(([user, entries]) => {
      const present = entries.flatMap(([, stretches]) => stretches).sort((a, b) => a.from - b.from);
      const absences: Stretch[] = [];
      let gone = present[0]?.to ?? end;
      for (const { from, to } of present) {
        if (from > gone) absences.push({ from: gone, to: from });
        gone = Math.max(gone, to);
      }
      if (gone < end) absences.push({ from: gone, to: end });
      return [user, absences];
    }),
  );
}
