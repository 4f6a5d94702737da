import { AppError, type ErrorName } from "@parlance/platform/errors";

/** The name of the error a call is refused with; "done" when it is not. */
export async function refusalOf(call: Promise<unknown>): Promise<ErrorName | "done"> {
  try {
    await call;
    return "done";
  } catch (error) {
    if (error instanceof AppError) return error.name;
    throw error;
  }
}
