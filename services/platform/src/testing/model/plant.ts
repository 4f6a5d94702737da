import { BORDER_FAULTS } from "./plant-borders.js";
import { READING_FAULTS } from "./plant-reads.js";
import { STORED_FAULTS } from "./plant-rows.js";
import { STATE_FAULTS } from "./plant-state.js";
import type { PlantedFault } from "./planting.js";

/** Every fault that a checker must find (H3). */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  ...STORED_FAULTS,
  ...READING_FAULTS,
  ...STATE_FAULTS,
  ...BORDER_FAULTS,
];
