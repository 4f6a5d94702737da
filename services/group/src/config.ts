import { declareSettings, type ConfigOf } from "@parlance/platform/config";
import type { HashCost } from "./passwords/hasher.js";

// Those that chat.md 34 makes settings of an app are settings of the installation until apps have settings.
export const groupSettings = declareSettings({
  groupMembersMax: {
    env: "PARLANCE_GROUP_MEMBERS_MAX", type: "int", default: 100_000, min: 2, max: 100_000, unit: "members",
    doc: "Members of a group; exact under parallel joins.",
  },
  groupGroupsPerUserMax: {
    env: "PARLANCE_GROUP_GROUPS_PER_USER_MAX", type: "int", default: 2_000, min: 1, max: 20_000, unit: "groups",
    doc: "Groups a user may be in.",
  },
  groupAdminsCanActOnAdmins: {
    env: "PARLANCE_GROUP_ADMINS_CAN_ACT_ON_ADMINS", type: "bool", default: true,
    doc: "Admins may kick, ban and demote other admins; otherwise only the owner may.",
  },
  groupPasswordTriesPerMinute: {
    env: "PARLANCE_GROUP_PASSWORD_TRIES_PER_MINUTE", type: "int", default: 5, min: 1, max: 60, unit: "tries",
    doc: "Password tries of one user at one group in a minute.",
  },
  groupPasswordTriesPerGroupPerMinute: {
    env: "PARLANCE_GROUP_PASSWORD_TRIES_PER_GROUP_PER_MINUTE", type: "int", default: 50, min: 1, max: 600, unit: "tries",
    doc: "Password tries of all users at one group in a minute.",
  },
  groupUserCacheEntriesMax: {
    env: "PARLANCE_GROUP_USER_CACHE_ENTRIES_MAX", type: "int", default: 50_000, min: 100, max: 1_000_000, unit: "entries",
    doc: "Users remembered for up to 60 s.",
  },
});

/** `passwordCost` is no setting of operators: tests hash cheaper. */
export type GroupConfig = ConfigOf<typeof groupSettings> & { readonly passwordCost?: HashCost };
