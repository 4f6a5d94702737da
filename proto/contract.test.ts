import { test } from "vitest";
test.todo("the contract is complete");
