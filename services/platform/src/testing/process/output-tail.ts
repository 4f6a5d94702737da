/** The end of what a process printed: whole lines, bounded. */
export class OutputTail {
  readonly #bytesMax: number;
  #lines: string[] = [];
  #bytes = 0;
  #unfinished = "";

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Takes a piece of output and answers the lines it completed. */
  add(piece: string): readonly string[] {
    const lines = (this.#unfinished + piece).split("\n");
    this.#unfinished = (lines.pop() ?? "").slice(-this.#bytesMax);
    for (const line of lines) this.#keep(line);
    return lines;
  }

  get text(): string {
    return [...this.#lines, this.#unfinished].join("\n");
  }

  #keep(line: string): void {
    this.#lines.push(line);
    this.#bytes += line.length + 1;
    let dropped = 0;
    while (this.#bytes > this.#bytesMax && dropped < this.#lines.length) {
      this.#bytes -= (this.#lines[dropped]?.length ?? 0) + 1;
      dropped += 1;
    }
    if (dropped > 0) this.#lines = this.#lines.slice(dropped);
  }
}
