// Source text with the parts blanked out that a word search must not see. Line breaks stay, so that line numbers stay true.

/** What a piece of source is. A template's `${…}` is code again. */
type Piece = "code" | "string" | "comment";

export interface Stripped {
  /** Without comments. */
  readonly withStrings: string;
  /** Without comments, strings, templates' texts and regular expressions. */
  readonly code: string;
}

const stringEnd = /(?:\\[\s\S]|[^\\'\n])*'?/y;
const doubleEnd = /(?:\\[\s\S]|[^\\"\n])*"?/y;
const regexEnd = /(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^\\/[\n])+\/[a-z]*/y;
const templateEnd = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*(?:`|\$\{)?/y;
const lineEnd = /[^\n]*/y;
const blockEnd = /[\s\S]*?(?:\*\/|$)/y;
/** After one of these a slash begins a regular expression, not a division. */
const beforeRegex = /(?:^|[=(,:;!&|?{}[\n]|=>|\breturn|\bcase)\s*$/;

export function stripSource(text: string): Stripped {
  let withStrings = "";
  let code = "";
  /** Open braces inside each `${…}` that is open. */
  const templates: number[] = [];
  let at = 0;

  const put = (piece: Piece, length: number) => {
    const taken = text.slice(at, at + length);
    const blank = taken.replace(/[^\n]/g, " ");
    withStrings += piece === "comment" ? blank : taken;
    code += piece === "code" ? taken : blank;
    at += length;
  };
  const putUpTo = (piece: Piece, end: RegExp, skip: number) => {
    end.lastIndex = at + skip;
    const length = skip + (end.exec(text)?.[0].length ?? 0);
    put(piece, length);
    return text.slice(at - 2, at);
  };
  const putTemplate = (skip: number) => {
    if (putUpTo("string", templateEnd, skip) === "${") templates.push(0);
  };
  const putBrace = (brace: "{" | "}") => {
    const open = templates.pop();
    if (open === undefined) return put("code", 1);
    if (brace === "}" && open === 0) return putTemplate(1);
    templates.push(open + (brace === "{" ? 1 : -1));
    return put("code", 1);
  };

  while (at < text.length) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char === "/" && next === "/") putUpTo("comment", lineEnd, 0);
    else if (char === "/" && next === "*") putUpTo("comment", blockEnd, 2);
    else if (char === "/" && beforeRegex.test(code.slice(-40))) putUpTo("string", regexEnd, 1);
    else if (char === "'") putUpTo("string", stringEnd, 1);
    else if (char === '"') putUpTo("string", doubleEnd, 1);
    else if (char === "`") putTemplate(1);
    else if (char === "{" || char === "}") putBrace(char);
    else put("code", 1);
  }
  return { withStrings, code };
}
