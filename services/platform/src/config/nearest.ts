/** Number of single-character changes between two strings (Levenshtein). */
export function editDistance(left: string, right: string): number {
  // previous[n]: changes between the part of `left` looked at so far and the first n characters of `right`.
  let previous = Array.from({ length: right.length + 1 }, (_, length) => length);
  for (let row = 0; row < left.length; row += 1) {
    const current = [row + 1];
    for (let column = 0; column < right.length; column += 1) {
      const replaced = at(previous, column) + (left[row] === right[column] ? 0 : 1);
      current.push(Math.min(replaced, at(previous, column + 1) + 1, at(current, column) + 1));
    }
    previous = current;
  }
  return at(previous, -1);
}

function at(distances: readonly number[], index: number): number {
  return distances.at(index) ?? 0;
}

// Longer names are not compared: nobody means a setting by them.
const NAME_CHARACTERS_MAX = 100;

/** The known name that was probably meant; undefined when none is close. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > NAME_CHARACTERS_MAX) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(3, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
