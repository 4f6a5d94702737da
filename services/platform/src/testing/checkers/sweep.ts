/**
 * Walks questions in the order in which they began; before each, everything that was over by then is handed
 * to `onPast`, once. So a checker keeps "what was known at that moment" in linear time.
 */
export function sweep<P extends { readonly t: number }, Q extends { readonly t0: number }>(
  past: readonly P[],
  questions: readonly Q[],
  onPast: (item: P) => void,
  onQuestion: (question: Q) => void,
): void {
  const ended = [...past].sort((a, b) => a.t - b.t);
  let next = 0;
  for (const question of [...questions].sort((a, b) => a.t0 - b.t0)) {
    for (let item = ended[next]; item !== undefined && item.t < question.t0; item = ended[++next]) onPast(item);
    onQuestion(question);
  }
}
