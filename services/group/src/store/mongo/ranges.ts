/** The texts with this prefix, as a range of an index: no pattern is ever made of input (M4, S21). */
export function startsWith(prefix: string): { $gte: string; $lt: string } {
  return { $gte: prefix, $lt: `${prefix}\u{10FFFF}` };
}
