import { runScenarios } from "../testing/scenario.js";
import { membership } from "./membership.js";

runScenarios("membership", membership);
