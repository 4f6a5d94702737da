export { createGateway, type Gateway } from "./gateway.js";
export type { GatewayOptions } from "./wire-parts.js";
export type { GatewayChannels } from "./clients.js";
export { gatewayProcessSettings, gatewaySettings, type GatewayConfig } from "./config.js";
export type { HttpRoute } from "./http/router.js";
export type { HttpAnswer, HttpHandler, HttpRequest, Respond } from "./ws/transport.js";
export { createRest, parseAdminKeys, type Check, type RestOptions } from "./rest/index.js";
