import { checkAll, type Dump, type History, type InvariantName, type Violation } from "@parlance/platform/testing";

/** Checks a run, prints its line of the fault table and whatever was found, and answers what was found. */
export function judge(
  history: History, dump: Dump, which: readonly InvariantName[], run: { readonly fault: string; readonly seed: number },
): readonly Violation[] {
  const { text, violations } = checkAll(history, dump, which, run);
  process.stdout.write(`\n${text}\n`);
  return violations;
}
