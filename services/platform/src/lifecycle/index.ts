export type { Component } from "./component.js";
export { Lifecycle, type LifecycleParts } from "./lifecycle.js";
export { runMain, type MainContext, type ProcessPort, type RunMainOptions } from "./run-main.js";
export { processSettings } from "./settings.js";
