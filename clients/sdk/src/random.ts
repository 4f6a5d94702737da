// The only source of chance of the SDK.

export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An unguessable id of 22 URL-safe characters. */
  id(): string;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ID_LENGTH = 22;

export function systemRandom(): Random {
  return {
    next: () => Math.random(),
    id: () => Array.from(crypto.getRandomValues(new Uint8Array(ID_LENGTH)), (byte) => ALPHABET[byte % 64]).join(""),
  };
}
