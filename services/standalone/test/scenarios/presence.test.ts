import { runScenarios } from "../testing/scenario.js";
import { presence } from "./presence.js";

runScenarios("presence", presence);
