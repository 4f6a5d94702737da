import { runScenarios } from "../testing/scenario.js";
import { isolation } from "./isolation.js";

runScenarios("isolation of apps", isolation);
