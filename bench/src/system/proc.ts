// What the kernel knows of a process. Linux only; B40 asks for pinned cores, which is Linux too.

import { readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;
const PAGE_UNIT = 1_024;

/** CPU seconds of all threads so far, user and system. */
export function cpuSecondsOf(pid: number): number {
  return cpuSecondsIn(`/proc/${pid}/stat`);
}

/** CPU seconds of the thread that runs the event loop. */
export function mainThreadSecondsOf(pid: number): number {
  return cpuSecondsIn(`/proc/${pid}/task/${pid}/stat`);
}

function cpuSecondsIn(path: string): number {
  const stat = readFileSync(path, "utf8");
  // The name in parentheses may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [utime, stime] = [Number(fields[11]), Number(fields[12])];
  return (utime + stime) / TICKS_PER_SECOND;
}

export function rssBytesOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) * PAGE_UNIT;
}

/** Pages of TCP buffers of the whole machine, in bytes: kernel memory that no process is charged with. */
export function tcpBufferBytes(): number {
  const line = /^TCP: .* mem (\d+)/m.exec(readFileSync("/proc/net/sockstat", "utf8"));
  return Number(line?.[1] ?? 0) * 4_096;
}

/** Kernel objects of sockets (TCP control blocks, inodes, files), in bytes, where the kernel shows them. */
export function slabBytes(): number {
  const line = /^SUnreclaim:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"));
  return Number(line?.[1] ?? 0) * PAGE_UNIT;
}
