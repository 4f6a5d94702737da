import type { Credentials } from "./credentials.js";

export interface Banner {
  readonly credentials: Credentials;
  readonly folder: string;
  readonly transport: string;
  readonly synchronous: string;
}

/** What a person at a terminal needs; scripts read credentials.json. */
export function printBanner({ credentials, folder, transport, synchronous }: Banner): void {
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
    `  storage      SQLite in ${folder} (synchronous=${synchronous})`,
    `  users        alice, bob, carol; group lobby`,
    "",
    `  The same is in ${folder}/credentials.json. Stop with Ctrl-C.`,
    "",
    "",
  ].join("\n"));
}
