import type { HttpAnswer, HttpHandler, HttpRequest } from "../ws/transport.js";

export interface RequestOptions {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** Asks a handler without a network. */
export async function ask(handler: HttpHandler, { method = "POST", path, headers = {}, body = "" }: RequestOptions): Promise<HttpAnswer> {
  const request: HttpRequest = {
    method, path, query: "", remoteAddress: "127.0.0.1",
    header: (name) => headers[name.toLowerCase()],
    body: () => Promise.resolve(Buffer.from(body)),
  };
  let answer: HttpAnswer | undefined;
  await handler(request, (given) => { answer ??= given; });
  if (answer === undefined) throw new Error("no answer");
  return answer;
}
