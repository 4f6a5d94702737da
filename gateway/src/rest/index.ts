export { createRest, type RestOptions } from "./server.js";
export { parseAdminKeys } from "./credentials/admin-keys.js";
export type { Check } from "./health.js";
