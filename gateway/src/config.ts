import { declareSettings, type ConfigOf } from "@parlance/platform/config";

export const gatewaySettings = declareSettings({
  gatewayListen: {
    env: "PARLANCE_GATEWAY_LISTEN", type: "hostport", default: "127.0.0.1:8080",
    doc: "Where clients connect: sockets, calls over HTTP and REST.",
  },
  gatewayTransport: {
    env: "PARLANCE_GATEWAY_TRANSPORT", type: "enum", values: ["auto", "uws", "ws"], default: "auto",
    doc: "Socket library: uWebSockets.js, its fallback ws, or the first that loads.",
  },
  corsOrigins: {
    env: "PARLANCE_CORS_ORIGINS", type: "list", default: [],
    doc: "Origins of browser pages that may connect, exactly as browsers send them; `*` for all. Clients that send no Origin are no browsers and need no entry.",
  },
  gatewayResumeKey: {
    env: "PARLANCE_GATEWAY_RESUME_KEY", type: "string", secret: true, optional: true, minLen: 32,
    doc: "Signs resume tokens; the same on all gateways. Without it a cluster derives it from its secret; otherwise each start makes its own and older tokens are void.",
  },
  gatewayUpgradesPerSecond: {
    env: "PARLANCE_GATEWAY_UPGRADES_PER_SECOND", type: "int", default: 500, min: 1, max: 100_000, unit: "1/s",
    doc: "New sockets a second; up to twice as many are told when to come back, more get a 503.",
  },
  gatewayUpgradesBurst: {
    env: "PARLANCE_GATEWAY_UPGRADES_BURST", type: "int", default: 500, min: 1, max: 1_000_000,
    doc: "New sockets at once after a rest.",
  },
  gatewaySocketsPerUser: {
    env: "PARLANCE_GATEWAY_SOCKETS_PER_USER", type: "int", default: 10, min: 1, max: 200,
    doc: "Sockets of one user on this gateway; one more closes the oldest.",
  },
  gatewayFramesPerSecond: {
    env: "PARLANCE_GATEWAY_FRAMES_PER_SECOND", type: "int", default: 20, min: 1, max: 1_000_000, unit: "1/s",
    doc: "Frames a second of one socket.",
  },
  gatewayFramesBurst: {
    env: "PARLANCE_GATEWAY_FRAMES_BURST", type: "int", default: 40, min: 1, max: 1_000_000,
    doc: "Frames of one socket at once after a rest.",
  },
  gatewayTransientsPerSecond: {
    env: "PARLANCE_GATEWAY_TRANSIENTS_PER_SECOND", type: "int", default: 10, min: 1, max: 1_000_000, unit: "1/s",
    doc: "Transient messages a second of one socket; more are dropped.",
  },
  gatewayCallsInFlight: {
    env: "PARLANCE_GATEWAY_CALLS_IN_FLIGHT", type: "int", default: 32, min: 1, max: 10_000,
    doc: "Unanswered calls of one socket; more are refused, and twice as many close it.",
  },
  gatewayCoreCallsPerMinute: {
    env: "PARLANCE_GATEWAY_CORE_CALLS_PER_MINUTE", type: "int", default: 10_000, min: 1, max: 1_000_000_000, unit: "1/min",
    doc: "Calls of one app that create and delete users and groups, log in or join.",
  },
  gatewayOtherCallsPerMinute: {
    env: "PARLANCE_GATEWAY_OTHER_CALLS_PER_MINUTE", type: "int", default: 20_000, min: 1, max: 1_000_000_000, unit: "1/min",
    doc: "All other calls of one app.",
  },
  gatewayPresenceInterestMax: {
    env: "PARLANCE_GATEWAY_PRESENCE_INTEREST_MAX", type: "int", default: 5_000, min: 1, max: 20_000,
    doc: "Users whose presence one socket may watch.",
  },
  gatewaySocketBufferBytesMax: {
    env: "PARLANCE_GATEWAY_SOCKET_BUFFER_BYTES_MAX", type: "int", default: 256 * 1024, min: 16 * 1024, max: 64 * 1024 * 1024, unit: "bytes",
    doc: "What may wait for one slow reader before its socket is closed.",
  },
  gatewayBodyBytesMax: {
    env: "PARLANCE_GATEWAY_BODY_BYTES_MAX", type: "int", default: 1024 * 1024, min: 1024, max: 64 * 1024 * 1024, unit: "bytes",
    doc: "Largest body of an HTTP request.",
  },
  gatewayRequestsInFlight: {
    env: "PARLANCE_GATEWAY_REQUESTS_IN_FLIGHT", type: "int", default: 1_000, min: 1, max: 100_000,
    doc: "HTTP requests that run at once; more get a 503.",
  },
  gatewayResumeEntriesMax: {
    env: "PARLANCE_GATEWAY_RESUME_ENTRIES_MAX", type: "int", default: 200_000, min: 0, max: 10_000_000,
    doc: "Channels remembered with their last event of about ten minutes, so that clients that come back and missed nothing need no sync.",
  },
  gatewayResumeBytesMax: {
    env: "PARLANCE_GATEWAY_RESUME_BYTES_MAX", type: "int", default: 32 * 1024 * 1024, min: 0, max: 1024 * 1024 * 1024, unit: "bytes",
    doc: "Memory for those channels.",
  },
  gatewayDrainMs: {
    env: "PARLANCE_GATEWAY_DRAIN_MS", type: "int", optional: true, min: 0, max: 600_000, unit: "ms",
    doc: "Time over which sockets are sent away when the gateway stops. Left out: 60,000 for a gateway of a cluster, 5,000 where everything is one process.",
  },
});

export type GatewayConfig = ConfigOf<typeof gatewaySettings>;

/** Of a gateway that is a process of its own; standalone makes its admin key. */
export const gatewayProcessSettings = declareSettings({
  adminKeys: {
    env: "PARLANCE_ADMIN_KEYS", type: "list", secret: true, default: [],
    doc: "Keys of the management API, 32 characters or more each; none: nobody manages apps. Several while one takes the place of another.",
  },
});

/**
 * uWebSockets.js reads the greatest size of a header block from the environment when it is loaded and has no other way;
 * its 4 KiB are too few for long tokens.
 */
export function limitHttpHeaders(): void {
  process.env["UWS_HTTP_MAX_HEADERS_SIZE"] ??= "8192";
}
