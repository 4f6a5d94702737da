/** Whatever holds a resource: a server, a store, a follower, a timer. */
export interface Component {
  /** For logs; constant, for example `sqlite` or `messaging.relay`. */
  readonly name: string;
  /** Resolves when it works. After a rejection it holds nothing. */
  start(): Promise<void>;
  /** Finishes what is under way and lets go of everything. Called once, only after a start that succeeded. */
  stop(): Promise<void>;
}
