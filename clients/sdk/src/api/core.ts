import type { AppState, ConnectionStatus } from "../constants.js";
import { rpcs } from "../engine/rpcs.js";
import { failure, toException } from "../errors.js";
import { toUser, type User } from "../model/user.js";
import type { Root } from "../root.js";
import type { AppSettings } from "../settings.js";

export interface LogoutOptions {
  /** Deletes the auth token too. A token that the SDK made from uid and authKey is always deleted. */
  readonly revokeToken?: boolean;
}

interface Credential {
  readonly token: string;
  readonly fromKey: boolean;
}

class Login {
  readonly #root: Root;
  #running = false;

  constructor(root: Root) {
    this.#root = root;
  }

  async login(tokenOrUid: string, authKey?: string): Promise<User> {
    this.#root.initialised();
    if (this.#running) throw failure("LOGIN_IN_PROGRESS");
    this.#running = true;
    try {
      const user = await this.#user(tokenOrUid, authKey);
      this.#root.listeners.login.tell("loginSuccess", user);
      return user;
    } catch (error) {
      const exception = toException(error);
      this.#root.listeners.login.tell("loginFailure", exception);
      throw exception;
    } finally {
      this.#running = false;
    }
  }

  async #user(tokenOrUid: string, authKey: string | undefined): Promise<User> {
    if (!tokenOrUid || authKey === "") throw failure("MISSING_PARAMETERS", { message: "login takes an auth token, or uid and auth key." });
    const { current } = this.#root;
    if (current !== undefined && (authKey === undefined ? current.token === tokenOrUid : current.uid === tokenOrUid.toLowerCase())) {
      if (this.#root.initialised().settings.auto) current.connection.open();
      return current.user;
    }
    if (current !== undefined && authKey !== undefined) throw failure("ALREADY_LOGGED_IN");
    const { token, fromKey } = await this.#credential(tokenOrUid, authKey);
    const user = await this.#verify(token);
    const meanwhile = this.#root.current;
    if (meanwhile === undefined) this.#root.open(token, user, fromKey);
    else if (meanwhile.uid !== user.uid) throw failure("ALREADY_LOGGED_IN");
    return meanwhile?.user ?? user;
  }

  async #credential(tokenOrUid: string, authKey: string | undefined): Promise<Credential> {
    if (authKey === undefined) return { token: tokenOrUid, fromKey: false };
    const { platform } = this.#root.environment;
    const path = `/users/${encodeURIComponent(tokenOrUid)}/auth_tokens`;
    const { authToken } = await this.#root.initialised().http.rest("POST", path, authKey, { platform });
    if (typeof authToken !== "string") throw failure("UNKNOWN_ERROR_OCCURRED", { message: "The answer holds no token." });
    return { token: authToken, fromKey: true };
  }

  async #verify(token: string): Promise<User> {
    const { request, response, method } = rpcs.getUser;
    const bytes = await this.#root.initialised().http.call(method, request.encode({ uid: "" }).finish(), token);
    const { user } = response.decode(bytes);
    if (user === undefined) throw failure("USER_NOT_AUTHORISED");
    return toUser(user);
  }
}

async function logout(root: Root, { revokeToken = false }: LogoutOptions): Promise<void> {
  const session = root.session();
  const { http } = root.initialised();
  const { request, method } = rpcs.deleteAuthToken;
  const revoke = () => http.call(method, request.encode({ uid: "", token: "" }).finish(), session.token);
  // First the socket: a token that is revoked under an open one would look like a session ended by the server.
  session.connection.disconnect();
  try {
    if (revokeToken) await revoke();
    else if (root.tokenFromKey) await revoke().catch(() => undefined);
  } catch (error) {
    const exception = toException(error);
    root.listeners.login.tell("logoutFailure", exception);
    throw exception;
  }
  root.close();
  root.listeners.login.tell("logoutSuccess");
}

/** chat.md 4, 26, 32 "Core". */
export function coreApi(root: Root) {
  const login = new Login(root);
  return {
    /** Once, before everything else. A stored session is restored, and connected in auto mode. */
    init: async (appId: string, settings: AppSettings): Promise<boolean> => {
      root.init(appId, settings);
      return true;
    },
    /** With an auth token (production), or with uid and auth key (development). */
    login: (tokenOrUid: string, authKey?: string): Promise<User> => login.login(tokenOrUid, authKey),
    logout: async (options: LogoutOptions = {}): Promise<void> => logout(root, options),
    getLoggedInUser: async (): Promise<User | null> => root.current?.user ?? null,
    /** Alias of getLoggedInUser. */
    getLoggedinUser: async (): Promise<User | null> => root.current?.user ?? null,
    getUserAuthToken: async (): Promise<string | null> => root.current?.token ?? null,
    /** Resolves when connected, however many attempts that takes; rejects when the SDK stops trying. */
    connect: async (): Promise<void> => root.session().connection.connect(),
    disconnect: async (): Promise<void> => root.session().connection.disconnect(),
    /** In the background of manual mode: another full grace. */
    ping: async (): Promise<void> => root.session().connection.ping(),
    setAppState: async (state: AppState): Promise<void> => {
      root.initialised();
      root.setAppState(state);
    },
    getConnectionStatus: (): ConnectionStatus => root.current?.connection.status ?? "disconnected",
  };
}
