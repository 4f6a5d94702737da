import { AppError, ErrorCode } from "../errors/index.js";

/**
 * A call that nobody answered because the way to the target is gone. Unlike an error that a handler answered it says
 * something about the target as a whole, and `undone` is certain: the call was never sent, so that making it elsewhere
 * is no repeat.
 */
export class LostCall extends AppError {
  readonly undone: boolean;

  constructor(undone: boolean, text: string, cause?: unknown) {
    super(undone ? ErrorCode.ERR_OPERATION_FAILED : ErrorCode.ERR_MISSION_FAILED, text, { cause });
    this.undone = undone;
  }
}
