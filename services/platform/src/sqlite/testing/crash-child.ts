// A process for the crash tests: writes notes to the file it is given and reports each ack, until it is killed. With
// "lock" it only opens the file and says whether it could.
import { note, openNotes } from "./open-notes.js";

const [path = "", mode = "write", round = "0"] = process.argv.slice(2);
const report = (message: unknown) => process.send?.(message);

try {
  const { notes } = await openNotes(path);
  report({ opened: true });
  if (mode === "write") await Promise.all(Array.from({ length: 40 }, (_, writer) => writeForever(writer)));

  async function writeForever(writer: number): Promise<never> {
    for (let n = 0; ; n += 1) {
      const key = `${round}-${writer}-${n}`;
      await notes.write.add(note(key, 200));
      report({ acked: key });
    }
  }
} catch (error) {
  report({ refused: (error as Error).message });
  process.disconnect();
}
