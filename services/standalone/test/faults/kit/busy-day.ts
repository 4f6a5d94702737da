// A script of everything that leaves traces in stores and clients, one step after another, each at its own time.
import type { ManualClock } from "@parlance/platform/time";
import type { ChatClient } from "./chat-client.js";
import { whileTimePasses } from "./manual-settle.js";
import type { Society } from "./pairs.js";
import { addressOf, toGroup, toUser } from "./places.js";
import { succeed, type RecordedRun } from "./recorded-run.js";
import { object } from "./rows.js";

export const busySociety: Society = {
  uids: ["alice", "bob", "carol"],
  pairs: [["alice", "bob"], ["alice", "carol"]],
  groups: [{ guid: "book-club", members: ["alice", "bob"] }],
};

const CLUB = toGroup("book-club");
const STEP_MS = 10_000;

/** Runs the script; the clock stands at the same times in every run. */
export async function busyDay(run: RecordedRun, clock: ManualClock): Promise<void> {
  const [alice, bob, carol] = busySociety.uids.map((uid) => run.client(uid)) as [ChatClient, ChatClient, ChatClient];
  const ids: number[] = [];
  const send = (client: ChatClient, place: Parameters<typeof toUser>[0] | typeof CLUB, text: string) => async () => {
    const answer = await client.send({ place: typeof place === "string" ? toUser(place) : place, muid: text, text });
    if (answer.outcome === "ok") ids.push(Number(object(answer.result["message"])?.["id"]));
  };
  const does = (client: ChatClient, method: string, request: () => object) => async () => {
    await succeed(client, method, request() as never);
  };
  const guid = CLUB.id;
  const steps: readonly (() => Promise<void>)[] = [
    () => alice.connect(), () => bob.connect(), () => carol.connect(),
    send(alice, "bob", "one"), send(bob, "alice", "two"), send(alice, CLUB, "three"), send(bob, CLUB, "four"),
    does(alice, "messaging.EditMessage", () => ({ messageId: ids[0], text: { text: "one, better" } })),
    does(bob, "messaging.MarkRead", () => addressOf(toUser("alice"))),
    does(carol, "group.JoinGroup", () => ({ guid })), send(carol, CLUB, "five"), send(carol, "alice", "six"),
    does(alice, "messaging.DeleteMessage", () => ({ messageId: ids[2] })),
    does(alice, "group.ChangeScope", () => ({ guid, uid: "bob", scope: "MEMBER_SCOPE_MODERATOR" })),
    does(bob, "group.KickMember", () => ({ guid, uid: "carol" })), send(alice, CLUB, "seven"),
    does(alice, "group.AddMembers", () => ({ guid, members: [{ uid: "carol", scope: "MEMBER_SCOPE_PARTICIPANT" }] })),
    does(carol, "messaging.MarkRead", () => addressOf(CLUB)), send(carol, CLUB, "eight"),
    does(alice, "identity.UpdateUser", () => ({ uid: "alice", name: "Alice of the club" })), send(alice, CLUB, "nine"),
    does(alice, "group.UpdateGroup", () => ({ guid, name: "The book club" })), send(bob, CLUB, "ten"),
    does(alice, "group.BanMember", () => ({ guid, uid: "carol" })), does(alice, "group.UnbanMember", () => ({ guid, uid: "carol" })),
    does(alice, "group.TransferOwnership", () => ({ guid, uid: "bob" })), does(alice, "group.LeaveGroup", () => ({ guid })),
    send(bob, CLUB, "eleven"), does(bob, "messaging.MarkDelivered", () => addressOf(toUser("alice"))),
  ];
  for (const [index, step] of steps.entries()) {
    clock.set(START_MS + (index + 1) * STEP_MS);
    await whileTimePasses(clock, step().then(() => run.settle()));
  }
}

export const START_MS = Date.UTC(2026, 0, 1);
