import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { createLog, recordingLog, silentLog, type LogSink } from "./index.js";

function memorySink() {
  const lines: string[] = [];
  const important: boolean[] = [];
  const sink: LogSink = {
    write: (line, isImportant) => {
      lines.push(line);
      important.push(isImportant);
    },
    flushSync: () => undefined,
    dropped: 0,
  };
  return { sink, lines, important, record: (index = 0) => JSON.parse(lines[index]!) as Record<string, unknown> };
}

/** What a process wrote that logs, flushes and ends. */
async function linesOf(body: string): Promise<Record<string, unknown>[]> {
  const here = JSON.stringify(new URL("./index.js", import.meta.url).href);
  const script = `
    import { createLog } from ${here};
    const log = createLog({ level: "info", name: "child" });
    ${body}
    log.flush();
    process.exit(0);
  `;
  const options = { maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], options);
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("the log", () => {
  it("writes one JSON line per record, with the fields of its child", () => {
    const { sink, lines, record } = memorySink();
    const log = createLog({ level: "info", name: "gateway", sink });
    log.child({ component: "relay" }).info({ rows: 3 }, "published");
    log.debug({}, "not written");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\n$/);
    expect(record()).toMatchObject({ level: "info", service: "gateway", component: "relay", rows: 3, msg: "published" });
  });

  it("escapes line breaks, so that no value can forge a record", () => {
    const { sink, lines } = memorySink();
    createLog({ level: "info", name: "x", sink }).info({ method: "a\r\n{\"level\":\"fatal\"}" }, "call");
    expect(lines.join("").trimEnd()).not.toMatch(/[\r\n]/);
  });

  it("marks errors as important, so that they outlast a slow reader", () => {
    const { sink, important } = memorySink();
    const log = createLog({ level: "info", name: "x", sink }).child({ component: "relay" });
    log.warn({}, "one");
    log.error({ error: new Error("boom") }, "two");
    log.fatal({}, "three");
    expect(important).toEqual([false, true, true]);
  });

  it("writes to standard output and is complete when the process ends", async () => {
    const lines = await linesOf(`
      for (let line = 0; line < 2_000; line += 1) log.info({ line }, "line");
    `);
    const numbers = lines.map(({ line }) => line as number).sort((left, right) => left - right);
    expect(numbers).toEqual(Array.from({ length: 2_000 }, (_, line) => line));
  });

  it("Q21 drops and counts records beyond 4 MiB that nobody takes, but no error", async () => {
    const lines = await linesOf(`
      const filling = "x".repeat(500);
      for (let line = 0; line < 20_000; line += 1) log.info({ filling }, "line");
      log.error({ dropped: log.dropped }, "full");
    `);
    const written = lines.filter(({ msg }) => msg === "line").length;
    const dropped = lines.find(({ msg }) => msg === "full")?.["dropped"] as number;
    expect(written + dropped).toBe(20_000);
    expect(dropped).toBeGreaterThan(5_000);
    expect(written).toBeGreaterThan(5_000);
  });
});

describe("the recording log", () => {
  it("remembers records and names the errors nobody expected", () => {
    const log = recordingLog();
    log.expectError("store away");
    log.child({ app: "a1" }).warn({ rows: 1 }, "slow");
    log.error({}, "store away");
    log.error({ component: "relay" }, "defect");
    expect(log.records[0]).toEqual({ level: "warn", fields: { app: "a1", rows: 1 }, message: "slow" });
    expect(log.unexpected.map(({ message }) => message)).toEqual(["defect"]);
  });

  it("keeps only the last 10,000 records", () => {
    const log = recordingLog();
    for (let index = 0; index < 10_005; index += 1) log.info({ index }, "x");
    expect(log.records).toHaveLength(10_000);
    expect(log.records[0]?.fields).toEqual({ index: 5 });
  });
});

it("a silent log takes everything and its children too", () => {
  silentLog().child({ app: "a1" }).error({}, "nothing");
});
