import { fail, type AppError, type ErrorName } from "../../errors/index.js";

const PROBLEMS_MAX = 20;

/** What is wrong with one request. The first rule that names a code of its own decides the code; else it is ERR_BAD_REQUEST. */
export class Problems {
  // Without a prototype, so that a refused key named __proto__ can be reported like any other.
  readonly #fields = Object.create(null) as Record<string, string>;
  #count = 0;
  #code: ErrorName | undefined;

  add(field: string, text: string, code?: ErrorName): void {
    this.#code ??= code;
    this.#count += 1;
    if (this.#count <= PROBLEMS_MAX) this.#fields[field] ??= text;
  }

  get found(): boolean {
    return this.#count > 0;
  }

  toError(): AppError {
    return fail(this.#code ?? "ERR_BAD_REQUEST", undefined, { fields: this.#fields });
  }
}
