export interface FunctionSize {
  readonly line: number;
  readonly lines: number;
  readonly name: string;
}

const opening = /\bfunction\b.*\{\s*$|=>\s*\{\s*$|^\s*(?:(?:public|private|protected|static|override|async|get|set)\s+)*[#\w]+\s*(?:<[^>]*>)?\(.*\).*\{\s*$/;
const keyword = /^\s*(?:\}\s*)?(?:if|for|while|switch|catch|else|return\s+new)\b/;

/** Functions found line by line in code without strings; good enough to point at long ones. */
export function functionSizes(code: string): FunctionSize[] {
  const lines = code.split("\n");
  return lines.flatMap((text, index) => {
    if (!opening.test(text) || keyword.test(text)) return [];
    const name = /(?:function\s+|const\s+)?([#\w]+)\s*(?:=|\(|<)/.exec(text)?.[1] ?? "function";
    return [{ line: index + 1, lines: bodyLines(lines, index), name }];
  });
}

function bodyLines(lines: readonly string[], first: number): number {
  let depth = 0;
  for (let index = first; index < lines.length; index += 1) {
    for (const char of lines[index] ?? "") depth += char === "{" ? 1 : char === "}" ? -1 : 0;
    if (depth <= 0) return index - first + 1;
  }
  return lines.length - first;
}
