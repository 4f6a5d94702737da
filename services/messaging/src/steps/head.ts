import { fail } from "@parlance/platform/errors";
import type { Clock } from "@parlance/platform/time";
import type { RowPage } from "../store/ports.js";

const TRIES = 3;
const WAIT_MS = 300;

/** A head below what the caller knows is never answered: the store is asked again, then the read fails (W23, P9). */
export async function requireKnownHead(clock: Pick<Clock, "sleep">, knownSeq: number, read: () => Promise<RowPage>): Promise<RowPage> {
  for (let tries = 1; ; tries += 1) {
    const page = await read();
    if (page.head >= knownSeq) return page;
    if (tries === TRIES) throw fail("ERR_OPERATION_FAILED", "the store is behind what the caller has seen");
    await clock.sleep(WAIT_MS);
  }
}
