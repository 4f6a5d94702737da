// A job in a process of its own: plain data in, plain data out, over the channel that Node opens to a child.

import { holdProcess } from "@parlance/platform/time";
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pinned } from "./pin.js";

export type Answer<R> = { readonly ok: true; readonly value: R } | { readonly ok: false; readonly error: string };

/** The child's side. The process ends when the answer is sent and nothing else is open. */
export function answerOneJob<J, R = unknown>(run: (job: J) => Promise<R>): void {
  process.once("message", (job) => {
    // Timers do not keep a process alive, and a job may wait with nothing else open.
    const hold = holdProcess();
    const answer = (value: Answer<R>) => {
      hold.cancel();
      process.send?.(value, () => process.disconnect());
    };
    run(job as J).then(
      (value) => answer({ ok: true, value }),
      (error: unknown) => answer({ ok: false, error: error instanceof Error ? error.stack ?? error.message : String(error) }),
    );
  });
}

export interface JobProcess<R> {
  readonly child: ChildProcess;
  readonly answer: Promise<R>;
}

/** The parent's side; a child that needs to be told nothing has the job null. The answer rejects with what went wrong in the child, also when the child dies. */
export function startJob<J, R>(script: URL, job: J, core: number, nodeArguments: readonly string[] = []): JobProcess<R> {
  const [command, ...args] = pinned(core, [process.execPath, ...nodeArguments, fileURLToPath(script)]);
  const child = spawn(command!, args, { stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "advanced" });
  const answer = new Promise<R>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`the process of a job ended with ${code ?? signal} before it answered`)));
    child.once("message", (message) => {
      const reply = message as Answer<R>;
      if (reply.ok) resolve(reply.value);
      else reject(new Error(`in the process of a job: ${reply.error}`));
    });
    if (job !== null) child.send(job as object);
  });
  return { child, answer };
}
