import { runScenarios } from "../testing/scenario.js";
import { signals } from "./signals.js";

runScenarios("typing and transient messages", signals);
