/** Everything that is wrong with the configuration at once, one problem per line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
    super(`The configuration has ${count}:\n${problems.join("\n")}`);
    this.problems = problems;
  }
}
