import { connect } from "node:net";
import type { Clock } from "../../time/index.js";

const LONGEST_MS = 1_000;

/** `[::1]:7000` to its parts. */
function partsOf(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}

/** A name may stand for several addresses; then all of them must refuse. */
function isRefusal(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every((one) => isRefusal(one));
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
}

/** True only when the host itself says that nobody listens there; silence and every other failure prove nothing. */
export function refusesConnections(address: string, clock: Pick<Clock, "after">): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(partsOf(address));
    const answer = (refused: boolean) => {
      timer.cancel();
      socket.destroy();
      resolve(refused);
    };
    const timer = clock.after(LONGEST_MS, () => answer(false));
    socket.on("connect", () => answer(false));
    socket.on("error", (error) => answer(isRefusal(error)));
  });
}
