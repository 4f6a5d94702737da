import { runScenarios } from "../testing/scenario.js";
import { connections } from "./connections.js";

runScenarios("connections", connections);
