import { afterEach, describe, it } from "vitest";
import { SkippingClock } from "./skipping-clock.js";
import { TestPlatform, type TestPlatformOptions } from "./test-platform.js";

/** Behaviour of a whole platform, by the sentence that states it; uses nothing but the public protocol. */
export type Scenarios = Readonly<Record<string, (platform: TestPlatform) => Promise<void>>>;

/** Runs every scenario on a platform of its own in this process, whose time can be skipped. */
export function runScenarios(name: string, scenarios: Scenarios, options: TestPlatformOptions = {}): void {
  describe(name, () => {
    let platform: TestPlatform | undefined;
    afterEach(async () => {
      await platform?.stopClean();
      platform = undefined;
    });
    for (const [title, run] of Object.entries(scenarios)) {
      it(title, async () => {
        platform = await TestPlatform.start({ clock: new SkippingClock(), ...options });
        await run(platform);
      });
    }
  });
}
