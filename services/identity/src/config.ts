import { declareSettings, type ConfigOf } from "@parlance/platform/config";

const TEN_YEARS_SECONDS = 315_360_000;

// Those that chat.md 34 makes settings of an app are settings of the installation until apps have settings.
export const identitySettings = declareSettings({
  identityTokensMax: {
    env: "PARLANCE_IDENTITY_TOKENS_MAX", type: "int", default: 100, min: 1, max: 1_000, unit: "tokens",
    doc: "Live auth tokens of a user; one more archives the one unused for longest.",
  },
  identityTokenTtlSeconds: {
    env: "PARLANCE_IDENTITY_TOKEN_TTL_SECONDS", type: "int", default: 0, min: 0, max: TEN_YEARS_SECONDS, unit: "s",
    doc: "Life of an auth token that asks for none; 0: unlimited.",
  },
  identityTokenIdleSeconds: {
    env: "PARLANCE_IDENTITY_TOKEN_IDLE_SECONDS", type: "int", default: 90 * 86_400, min: 0, max: TEN_YEARS_SECONDS,
    unit: "s", doc: "Life of an auth token that nobody uses; 0: unlimited.",
  },
  identityKeysMax: {
    env: "PARLANCE_IDENTITY_KEYS_MAX", type: "int", default: 25, min: 2, max: 250, unit: "keys",
    doc: "API keys of an app.",
  },
  identityUserRevocation: {
    env: "PARLANCE_IDENTITY_USER_REVOCATION", type: "bool", default: false,
    doc: "Users may end single sessions of their own other devices.",
  },
  identityCacheEntriesMax: {
    env: "PARLANCE_IDENTITY_CACHE_ENTRIES_MAX", type: "int", default: 50_000, min: 100, max: 1_000_000, unit: "entries",
    doc: "Verified auth tokens remembered for up to 60 s, so that a storm of reconnects does not reach the store.",
  },
});

export type IdentityConfig = ConfigOf<typeof identitySettings>;
