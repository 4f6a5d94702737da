const TEXTS: Readonly<Record<string, string>> = {
  ERR_BAD_REQUEST: "The request is not valid.",
  ERR_EXCEPTION: "Something unexpected went wrong.",
  ERR_MISSION_FAILED: "There was no confirmation in time; the outcome is unknown.",
  ERR_OPERATION_FAILED: "A part of the service is away; nothing was done.",
  ERR_TOO_MANY_REQUESTS: "Too many requests; try again later.",
};

/** A sentence for a code that was raised without one, made of its name. */
export function defaultText(name: string): string {
  const words = name.replace(/^(AUTH_ERR_|ERR_|ERROR_)/, "").toLowerCase().replaceAll("_", " ");
  return TEXTS[name] ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
