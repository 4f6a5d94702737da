// Checks of JSON that came from outside. Parsers take 100,000 levels of nesting, serialisers throw at 5,000, and a key
// such as __proto__ becomes a prototype when the value is merged (reliability.md J1–J3); so both are refused at the edge.

export const JSON_DEPTH_MAX = 32;

const POLLUTING: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

export function isPollutingKey(key: string): boolean {
  return POLLUTING.has(key);
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Index after the string that begins at `start`. */
function afterString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** Whether brackets nest deeper than `depthMax`; looks at the text only, so that no parser sees a bomb. */
export function nestsDeeper(text: string, depthMax: number = JSON_DEPTH_MAX): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = afterString(text, at) - 1;
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth -= 1;
  }
  return false;
}

function hasPollutingKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasPollutingKey);
  return Object.entries(value).some(([key, inner]) => isPollutingKey(key) || hasPollutingKey(inner));
}

// An escape may spell a key, so a text with escapes of characters is looked at too.
const MAY_POLLUTE = /__proto__|constructor|prototype|\\u/;

/** What is wrong with a JSON text; undefined when it may be stored and parsed. */
export function jsonTextProblem(text: string, objectOnly: boolean): string | undefined {
  if (nestsDeeper(text)) return `nests deeper than ${JSON_DEPTH_MAX} levels`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  if (objectOnly && (typeof value !== "object" || value === null || Array.isArray(value))) return "is not a JSON object";
  return MAY_POLLUTE.test(text) && hasPollutingKey(value) ? "has a key that is not allowed" : undefined;
}
