export type { Random } from "./random.js";
export { systemRandom } from "./system-random.js";
export { seededRandom } from "./seeded-random.js";
