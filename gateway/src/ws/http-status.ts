import { STATUS_CODES } from "node:http";
import type { HttpAnswer, HttpHandler, HttpRequest } from "./transport.js";

/** `404 Not Found`. */
export function statusLine(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? "Unknown"}`;
}

/** Runs a handler so that whatever it does, the request is answered once. */
export async function answerOnce(
  handler: HttpHandler, request: HttpRequest, send: (answer: HttpAnswer) => void, onDefect: (error: unknown) => void,
): Promise<void> {
  let answered = false;
  const respond = (answer: HttpAnswer) => {
    if (answered) return;
    answered = true;
    send(answer);
  };
  try {
    await handler(request, respond);
    if (!answered) onDefect(new Error("an HTTP handler ended without an answer"));
  } catch (error) {
    onDefect(error);
  }
  respond({ status: 500 });
}
