/** Something the user can act on: told in one line, without a stack. */
export class Problem extends Error {}
