import { createHash } from "node:crypto";
import type { Socket } from "node:net";

/** The HTTP part of a WebSocket (RFC 6455, section 4). */
export interface UpgradeRequest {
  readonly host: string;
  readonly path: string;
  readonly key: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

export interface UpgradeAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** What came after the head: the first frames, or the beginning of the body of a refusal. */
  readonly rest: Buffer;
}

/** The server did not switch to WebSocket. */
export class UpgradeRefused extends Error {
  constructor(
    readonly answer: UpgradeAnswer | undefined,
    why: string,
  ) {
    super(why);
  }
}

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const HEAD_BYTES_MAX = 65_536;

export function requestText({ host, path, key, protocols, headers }: UpgradeRequest): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${key}`,
    "Sec-WebSocket-Version: 13",
    ...(protocols.length > 0 ? [`Sec-WebSocket-Protocol: ${protocols.join(", ")}`] : []),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/**
 * Sends the request and waits for the head of the answer. Rejects with UpgradeRefused unless the server
 * switched properly.
 */
export async function upgrade(socket: Socket, request: UpgradeRequest): Promise<UpgradeAnswer> {
  socket.write(requestText(request));
  const answer = await readHead(socket);
  if (answer.status !== 101)
    throw new UpgradeRefused(answer, `the upgrade was answered with ${answer.status}`);
  const expected = createHash("sha1")
    .update(request.key + GUID)
    .digest("base64");
  if (answer.headers.get("sec-websocket-accept") !== expected) {
    throw new UpgradeRefused(answer, "the upgrade was answered with a wrong Sec-WebSocket-Accept");
  }
  return answer;
}

function readHead(socket: Socket): Promise<UpgradeAnswer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const finish = (settle: () => void): void => {
      socket.off("readable", onReadable).off("close", onClose);
      settle();
    };
    const onClose = (): void =>
      finish(() => reject(new UpgradeRefused(undefined, "the socket was closed before the answer")));
    const onReadable = (): void => {
      for (
        let piece = socket.read() as Buffer | null;
        piece !== null;
        piece = socket.read() as Buffer | null
      ) {
        received = Buffer.concat([received, piece]);
      }
      const end = received.indexOf("\r\n\r\n");
      if (end >= 0) finish(() => resolve(parseHead(received, end)));
      else if (received.length > HEAD_BYTES_MAX)
        finish(() => reject(new UpgradeRefused(undefined, "the head is too long")));
    };
    socket.on("readable", onReadable).on("close", onClose);
  });
}

function parseHead(received: Buffer, end: number): UpgradeAnswer {
  const [statusLine = "", ...lines] = received.toString("latin1", 0, end).split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(statusLine.split(" ")[1]),
    headers: new Map(headers),
    rest: received.subarray(end + 4),
  };
}
