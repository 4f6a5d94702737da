import { failure } from "../errors.js";

export interface Page<T> {
  readonly items: readonly T[];
  /** Empty at the end. */
  readonly nextPageToken: string;
}

/** At most `max`, else ERROR_LIMIT_EXCEEDED (chat.md 31). */
export function checkLimit(limit: number, max: number): void {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= max)) {
    throw failure("ERROR_LIMIT_EXCEEDED", { params: { limit: String(max) } });
  }
}

/** One fetch at a time. */
export class OneAtATime {
  #running = false;

  async run<T>(fetch: () => Promise<T>): Promise<T> {
    if (this.#running) throw failure("REQUEST_IN_PROGRESS");
    this.#running = true;
    try {
      return await fetch();
    } finally {
      this.#running = false;
    }
  }
}

/** A cursor over a list (chat.md 1.2.9): each fetch is the next page, an empty array is the end. */
export class PagedRequest<T> {
  readonly #load: (pageToken: string) => Promise<Page<T>>;
  readonly #one = new OneAtATime();
  #pageToken: string | undefined = "";

  constructor(load: (pageToken: string) => Promise<Page<T>>) {
    this.#load = load;
  }

  fetchNext(): Promise<T[]> {
    return this.#one.run(async () => {
      if (this.#pageToken === undefined) return [];
      const { items, nextPageToken } = await this.#load(this.#pageToken);
      this.#pageToken = nextPageToken === "" ? undefined : nextPageToken;
      return [...items];
    });
  }
}
