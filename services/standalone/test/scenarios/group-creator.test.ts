import { runScenarios } from "../testing/scenario.js";
import { groupCreator } from "./group-creator.js";

runScenarios("the creator of a group", groupCreator);
