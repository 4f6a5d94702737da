// Vitest runs what `tsc -b` has built, so that worker threads, child processes and the tests run the same files as production.
// Two projects: "unit" (all packages) and "system" (whole systems through the public protocol).
import { defineConfig } from "vitest/config";

const built = ["proto", "services/*", "gateway", "clients/*", "bench"].map((folder) => `${folder}/dist/**/*.test.js`);
const system = "services/standalone/dist/test/**/*.test.js";
const never = ["**/node_modules/**"];

export default defineConfig({
  test: {
    // Laptops and CI machines with two cores are the measure.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: "unit", include: built, exclude: [...never, system] } },
      { extends: true, test: { name: "system", include: [system], exclude: never } },
    ],
    // Native addons (uWebSockets.js, SQLite) are safer in processes than in threads.
    pool: "forks",
    // Nothing keeps module state, so files may share a process; this saves a process start for each.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    execArgv: ["--enable-source-maps"],
    server: {
      deps: {
        // Only the test files themselves pass through Vite; all else is imported by Node as it is.
        external: [/\/dist\/(?!.*\.test\.js$).*\.js$/],
      },
    },
  },
});
