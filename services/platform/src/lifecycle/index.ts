export type { Component } from "./component.js";
export { Lifecycle, type LifecycleParts } from "./lifecycle.js";
