import { runScenarios } from "../testing/scenario.js";
import { membershipCut } from "./membership-cut.js";

runScenarios("membership cut", membershipCut);
