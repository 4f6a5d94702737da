export * from "./dump.js";
export * from "./history.js";
export * from "./violation.js";
