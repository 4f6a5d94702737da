import { ErrorCode, isRetryable, type AppError } from "@parlance/platform/errors";
import { CloseCode } from "@parlance/proto/gateway/v1/frame";

export { CloseCode };

/** WebSocket's own code for a close that was asked for. */
export const NORMAL_CLOSE = 1000;

/** These end a user's presence at once, without the grace a lost connection has (chat.md 7.1). */
export function endsPresence(code: number): boolean {
  return code === CloseCode.TOKEN_REVOKED || code === CloseCode.USER_DEACTIVATED || code === CloseCode.LOGGED_OUT;
}

/** The close code for a hello whose credential was refused, or could not be checked. */
export function closeCodeOfRefusal(error: AppError): CloseCode {
  switch (error.code) {
    case ErrorCode.AUTH_ERR_AUTH_TOKEN_EXPIRED: return CloseCode.TOKEN_EXPIRED;
    case ErrorCode.ERR_UID_NOT_FOUND: return CloseCode.USER_DEACTIVATED;
    case ErrorCode.ERR_SUBSCRIPTION_EXPIRED: return CloseCode.APP_SUSPENDED;
    case ErrorCode.ERR_BAD_REQUEST: return CloseCode.BAD_HELLO;
    default: return isRetryable(error) || error.code === ErrorCode.ERR_EXCEPTION
      ? CloseCode.OVERLOADED : CloseCode.AUTHENTICATION_FAILED;
  }
}
