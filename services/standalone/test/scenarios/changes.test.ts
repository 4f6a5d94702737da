import { runScenarios } from "../testing/scenario.js";
import { changes } from "./changes.js";

runScenarios("edits and deletions", changes);
