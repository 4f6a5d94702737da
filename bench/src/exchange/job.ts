export type Binding = "exchange" | "unary";

/** Crosses to the client's process. */
export interface ExchangeJob {
  readonly binding: Binding;
  readonly method: "identity.GetUser" | "messaging.SendMessage";
  readonly port: number;
  readonly serverPid: number;
  readonly inFlight: number;
  readonly warmupMs: number;
  readonly windowMs: number;
}

export interface Ports {
  readonly exchange: number;
  readonly unary: number;
}

/** Both processes are ours and know it. */
export const SECRET = "a secret between two processes of the benchmark";
