// What a test and the app it started say to each other.

/** What the app saw, in the order in which it saw it. */
export interface Sight {
  /** message, edited, or the action of a membership change. */
  readonly what: string;
  /** `user:<other>` or `group:<guid>`. */
  readonly where: string;
  readonly id: number;
  readonly seq: number;
  readonly text: string;
  readonly replayed: boolean;
}

export interface Resume {
  readonly recovered: number;
  readonly truncated: boolean;
  readonly gone: readonly string[];
}

export interface AppState {
  readonly sights: readonly Sight[];
  readonly resumes: readonly Resume[];
  readonly statuses: readonly string[];
}

export type Command =
  | { readonly do: "login"; readonly appId: string; readonly url: string; readonly token: string }
  | { readonly do: "send"; readonly where: string; readonly text: string }
  | { readonly do: "edit"; readonly where: string; readonly id: number; readonly text: string }
  | { readonly do: "kick"; readonly guid: string; readonly uid: string }
  | { readonly do: "networkIsBack" }
  | { readonly do: "look" };

export interface Order {
  readonly id: number;
  readonly command: Command;
}

export interface Report {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}
