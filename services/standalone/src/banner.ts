import type { Credentials } from "./credentials.js";

export interface Banner {
  readonly credentials: Credentials;
  readonly folder: string;
  readonly transport: string;
  readonly synchronous: string;
  /** What is configured beside the embedded storage. */
  readonly elsewhere: { readonly mongodb: boolean; readonly kafka: boolean };
}

/** What a person at a terminal needs; scripts read credentials.json. */
export function printBanner({ credentials, folder, transport, synchronous, elsewhere }: Banner): void {
  const file = `SQLite in ${folder} (synchronous=${synchronous})`;
  process.stdout.write([
    "",
    "  Parlance is running.",
    "",
    `  realtime     ${credentials.realtimeUrl}`,
    `  REST         ${credentials.restUrl}`,
    `  gRPC         ${credentials.grpc.messaging}`,
    `  app          ${credentials.appId}`,
    `  auth key     ${credentials.authKey}`,
    `  REST key     ${credentials.restApiKey}`,
    `  admin key    ${credentials.adminKey}`,
    `  transport    ${transport}`,
    `  storage      ${elsewhere.mongodb ? "MongoDB" : file}`,
    `  event log    ${elsewhere.kafka ? "Kafka" : "in process"}`,
    `  users        alice, bob, carol; group lobby`,
    "",
    `  The same is in ${folder}/credentials.json. Stop with Ctrl-C.`,
    "",
    "",
  ].join("\n"));
}
