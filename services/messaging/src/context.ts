import type { EventLog } from "@parlance/platform/eventlog";
import type { Log } from "@parlance/platform/log";
import type { Random } from "@parlance/platform/random";
import type { Clock } from "@parlance/platform/time";
import type { MessagingConfig } from "./config.js";
import type { Directory } from "./directory.js";
import type { LogWriter } from "./log/writer.js";
import type { Members } from "./members.js";
import type { Turns } from "./steps/turns.js";
import type { HistoryStore, LogStore, ViewStore } from "./store/ports.js";

/** What handlers may use. */
export interface MessagingContext {
  readonly writer: Pick<LogWriter, "append" | "forget" | "repair">;
  readonly logs: LogStore;
  readonly history: HistoryStore;
  readonly views: ViewStore;
  readonly directory: Directory;
  readonly members: Members;
  readonly turns: Turns;
  readonly eventLog: Pick<EventLog<never>, "append">;
  /** Lifetime of the store (reliability.md W19). */
  readonly epoch: string;
  readonly config: MessagingConfig;
  readonly clock: Clock;
  readonly random: Pick<Random, "bytes">;
  readonly log: Log;
}
