import { runScenarios } from "../testing/scenario.js";
import { conversations } from "./conversations.js";

runScenarios("the conversation list", conversations);
