import { figure } from "../stats/rounds.js";

/** `12.3 (11.9–12.8)`: median and spread of the rounds; one round is one number. */
export function spread(values: readonly number[]): string {
  const { median, min, max } = figure(values);
  const shown = number(median);
  return number(min) === number(max) ? shown : `${shown} (${number(min)}–${number(max)})`;
}

/** Three digits that count, no more. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  if (size >= 10) return value.toFixed(1);
  if (size >= 1 || size === 0) return value.toFixed(2).replace(/\.?0+$/, "");
  return value.toPrecision(2);
}
