import { runScenarios } from "../testing/scenario.js";
import { receipts } from "./receipts.js";

runScenarios("receipts and unread counts", receipts);
