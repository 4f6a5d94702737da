import type { Random } from "@parlance/platform/random";
import type { CallContext } from "@parlance/platform/rpc";
import type { Clock } from "@parlance/platform/time";
import type { GroupRecord } from "./domain/group.js";
import type { Rules } from "./domain/decide.js";
import type { PasswordGate } from "./passwords/gate.js";
import type { PasswordHasher } from "./passwords/hasher.js";
import type { BanStore, GroupStore, MemberStore } from "./store/ports.js";
import type { Users } from "./users.js";
import type { GroupChanges } from "./writing/changes.js";
import type { Creation } from "./writing/creation.js";
import type { Membership } from "./writing/membership.js";
import type { Removal } from "./writing/removal.js";

/** What handlers may use. */
export interface GroupContext {
  readonly groups: Pick<GroupStore, "state" | "list" | "count">;
  readonly members: Pick<MemberStore, "list" | "count" | "guidsOf">;
  readonly bans: BanStore;
  readonly users: Pick<Users, "resolve" | "resolveNow">;
  readonly membership: Pick<Membership, "change" | "changeMany">;
  readonly changes: Pick<GroupChanges, "change">;
  readonly createGroup: (context: CallContext, creation: Creation) => Promise<GroupRecord>;
  readonly removeGroup: (context: CallContext, removal: Removal) => Promise<void>;
  readonly passwordGate: Pick<PasswordGate, "enter">;
  readonly hasher: Pick<PasswordHasher, "hash">;
  readonly rules: Rules;
  readonly clock: Pick<Clock, "now">;
  readonly random: Pick<Random, "bytes">;
}
