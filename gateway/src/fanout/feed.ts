// What the gateway needs of the event log, and nothing more. Today every gateway reads everything (whole-log-feed.ts). A feed
// that brings only what somebody here listens to can take its place without a change to sockets or services: it hears which
// channels those are. See "Interest-routed delivery" in the README for when that pays.

import type { OnBatch } from "@parlance/platform/eventlog";

export interface FeedSink {
  /** Records of `events` come with their partition and offset. */
  readonly onRecords: OnBatch;
  /** Records of `events` are gone that nobody was given. Comes before the first record after the gap. */
  readonly onLost: () => void;
}

export interface Feed {
  /** Names the log: positions of two feeds can be compared when it is the same. */
  readonly logId: string;
  /** From now on. Once. */
  start(sink: FeedSink): void;
  /** Nothing is handed out after it resolves. */
  close(): Promise<void>;
  /** What happens from now on will be handed out. */
  readonly isPlaced: boolean;
  /** How far it may be behind; what is not known counts. */
  lagMs(): number;
  /**
   * By partition of `events`, the offset up to which everything has been handed out; moves within the call to the sink.
   * Undefined while that is not known. Belongs to the feed: whoever keeps it, copies it.
   */
  positions(): readonly number[] | undefined;
  /** Somebody here listens to the key, who comes first; nobody does any more. */
  wanted(key: string): void;
  unwanted(key: string): void;
}
