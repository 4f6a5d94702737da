import { ErrorCode, isRetryable, type AppError } from "@parlance/platform/errors";
import { CloseCode } from "@parlance/proto/gateway/v1/frame";

export { CloseCode };

/** WebSocket's own code for a close that was asked for. */
export const NORMAL_CLOSE = 1000;

/** These end a user's presence at once, without the grace a lost connection has (chat.md 7.1). */
export function endsPresence(code: number): boolean {
  return code === CloseCode.TOKEN_REVOKED || code === CloseCode.USER_DEACTIVATED || code === CloseCode.LOGGED_OUT;
}

const refusals: ReadonlyMap<ErrorCode, CloseCode> = new Map([
  [ErrorCode.AUTH_ERR_AUTH_TOKEN_EXPIRED, CloseCode.TOKEN_EXPIRED],
  [ErrorCode.ERR_UID_NOT_FOUND, CloseCode.USER_DEACTIVATED],
  [ErrorCode.ERR_SUBSCRIPTION_EXPIRED, CloseCode.APP_SUSPENDED],
  [ErrorCode.ERR_BAD_REQUEST, CloseCode.BAD_HELLO],
  [ErrorCode.ERR_EXCEPTION, CloseCode.OVERLOADED],
]);

/** The close code for a hello whose credential was refused, or could not be checked. */
export function closeCodeOfRefusal(error: AppError): CloseCode {
  return refusals.get(error.code) ?? (isRetryable(error) ? CloseCode.OVERLOADED : CloseCode.AUTHENTICATION_FAILED);
}
