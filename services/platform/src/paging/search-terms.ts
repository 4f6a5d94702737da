// By what text lists are searched and sorted. What is stored in this form must be made anew when this changes.

/** Text as it is compared and searched: compatibility forms and case do not count. */
export function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().trim().replace(/\s+/gu, " ");
}

const WORD_START = /(?:^|[^\p{L}\p{N}\p{M}])(?=[\p{L}\p{N}])/gu;

/**
 * What a prefix search for a name looks at: the folded name from the start of each of its words. So the prefix of any
 * word is found, and so are several words in a row.
 */
export function nameTerms(name: string): string[] {
  const whole = folded(name);
  const starts = Array.from(whole.matchAll(WORD_START), (match) => match.index + match[0].length);
  return [...new Set([whole, ...starts.map((start) => whole.slice(start))])];
}
