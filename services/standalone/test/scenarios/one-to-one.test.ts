import { runScenarios } from "../testing/scenario.js";
import { oneToOne } from "./one-to-one.js";

runScenarios("one-to-one chat", oneToOne);
