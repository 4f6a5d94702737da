/** The text whose commit is the last thing a server with the fail point of F2 does. */
export const LAST_WORDS = "these are the last words";
