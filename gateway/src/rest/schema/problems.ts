import { fail, type AppError, type ErrorName } from "@parlance/platform/errors";

const PROBLEMS_MAX = 20;

/** Everything that is wrong with one request; told together. The first problem with a code of its own decides the code. */
export class Problems {
  // Without a prototype, so that a refused key named __proto__ can be told of like any other.
  readonly #fields = Object.create(null) as Record<string, string>;
  #count = 0;
  #code: ErrorName | undefined;
  #limit: number | undefined;
  #usual: ErrorName | undefined;

  /** Answers nothing, so that a reader can end with it. */
  add(field: string, text: string, code?: ErrorName): undefined {
    this.#count += 1;
    this.#code ??= code ?? this.#usual;
    if (this.#count <= PROBLEMS_MAX) this.#fields[field] ??= text;
    return undefined;
  }

  /** Too many of something. */
  exceeds(field: string, limit: number, code?: ErrorName): undefined {
    this.#limit ??= limit;
    return this.add(field, `is more than ${limit}`, code ?? this.#usual ?? "ERROR_LIMIT_EXCEEDED");
  }

  /** Problems found meanwhile have this code unless they name one. */
  under<T>(code: ErrorName, find: () => T): T {
    const before = this.#usual;
    this.#usual = code;
    try {
      return find();
    } finally {
      this.#usual = before;
    }
  }

  throwIfAny(): void {
    if (this.#count > 0) throw this.#error();
  }

  #error(): AppError {
    const params = this.#limit === undefined ? {} : { params: { limit: this.#limit } };
    return fail(this.#code ?? "ERR_BAD_REQUEST", undefined, { fields: this.#fields, ...params });
  }
}
