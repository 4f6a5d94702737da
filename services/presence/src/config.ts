import { declareSettings, type ConfigOf } from "@parlance/platform/config";

export const presenceSettings = declareSettings({
  presenceOfflineGraceMs: {
    env: "PARLANCE_PRESENCE_OFFLINE_GRACE_MS", type: "int", default: 10_000, min: 0, max: 120_000, unit: "ms",
    doc: "A user is offline this long after the last connection closed; at once after bye, logout, revocation, deactivation.",
  },
  presenceLeaseMs: {
    env: "PARLANCE_PRESENCE_LEASE_MS", type: "int", default: 30_000, min: 1_000, max: 600_000, unit: "ms",
    doc: "A gateway not heard of for this long is lost; it renews every 15 s.",
  },
  presenceExpirySpreadMs: {
    env: "PARLANCE_PRESENCE_EXPIRY_SPREAD_MS", type: "int", default: 30_000, min: 0, max: 600_000, unit: "ms",
    doc: "Users of a lost gateway go offline in slices over this time, so that those who come back elsewhere never show as offline.",
  },
  presenceTypingMax: {
    env: "PARLANCE_PRESENCE_TYPING_MAX", type: "int", default: 50_000, min: 1, max: 5_000_000, unit: "indicators",
    doc: "Typing indicators kept at once; further starts are dropped.",
  },
  presenceCacheEntriesMax: {
    env: "PARLANCE_PRESENCE_CACHE_ENTRIES_MAX", type: "int", default: 50_000, min: 100, max: 5_000_000, unit: "entries",
    doc: "Names of senders and times of last activity remembered, each.",
  },
});

export type PresenceConfig = ConfigOf<typeof presenceSettings>;
