#!/usr/bin/env node
// Kafka and a server of the MongoDB protocol on this machine, for tests and trying things. See README.md.
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { kafka } from "./lib/kafka.mjs";
import { underLock } from "./lib/lock.mjs";
import { mongo } from "./lib/mongo.mjs";
import { freePorts } from "./lib/ports.mjs";
import { Problem } from "./lib/problem.mjs";
import { halt, runningPid } from "./lib/server.mjs";

const USAGE = `node cluster.mjs start|stop|status [--data DIR] [--only kafka|mongo]
  --data DIR         where data, logs and the env file are; default: a folder for temporary files
  --only NAME        one of the two servers
  --kafka-port N     default: the one it had, or a free one
  --mongo-port N     default: the one it had, or a free one
  --cache DIR        where the jars are kept; default: the user's cache folder
  --wipe             with stop: deletes the servers' data`;

const KINDS = { kafka, mongo };
const COMMANDS = { start, stop, status };

async function main() {
  const { values, positionals: [command] } = parse();
  if (values.help || !Object.hasOwn(COMMANDS, command ?? "")) throw new Problem(USAGE);
  if (values.only !== undefined && !Object.hasOwn(KINDS, values.only)) throw new Problem(`--only knows kafka and mongo, not ${String(values.only)}`);
  const data = resolve(values.data ?? join(tmpdir(), "parlance-local"));
  mkdirSync(data, { recursive: true });
  const place = realpathSync(data);
  const servers = Object.values(KINDS)
    .filter(({ name }) => values.only === undefined || values.only === name)
    .map((kind) => ({ kind, name: kind.name, readyLine: kind.readyLine, folder: join(place, kind.name) }));
  await underLock(join(place, "lock"), () => COMMANDS[command](servers, values, place));
}

function parse() {
  const text = { type: "string" };
  const options = { "data": text, "only": text, "kafka-port": text, "mongo-port": text, "cache": text };
  try {
    return parseArgs({ allowPositionals: true, options: { ...options, wipe: { type: "boolean" }, help: { type: "boolean" } } });
  } catch (error) {
    throw new Problem(`${error.message}\n${USAGE}`);
  }
}

async function start(servers, values, place) {
  await Promise.all(servers.map((server) => startOne(server, values)));
  tellEnv(place);
}

async function startOne(server, values) {
  const wanted = portOf(values, server.name);
  const known = portsOf(server);
  if (runningPid(server) !== undefined) {
    if (wanted !== undefined && wanted !== known[0]) throw new Problem(`${server.name} runs on port ${known[0]}; stop it first`);
    return;
  }
  const ports = known.length > 0 ? known : await freePorts(server.kind.portCount);
  if (wanted !== undefined) ports[0] = wanted;
  mkdirSync(server.folder, { recursive: true });
  writeFileSync(portFile(server), JSON.stringify(ports));
  await server.kind.start(server, ports, values.cache);
}

async function stop(servers, values, place) {
  for (const server of servers) {
    const ran = await halt(server);
    if (values.wipe) rmSync(server.folder, { recursive: true, force: true });
    console.log(`${server.name}: ${ran ? "stopped" : "was not running"}${values.wipe ? ", data deleted" : ""}`);
  }
  tellEnv(place, { quiet: true });
}

function status(servers) {
  for (const server of servers) {
    const pid = runningPid(server);
    console.log(`${server.name}: ${pid === undefined ? "stopped" : `running, pid ${pid}, port ${portsOf(server)[0]}`}`);
    if (pid === undefined) process.exitCode = 3;
  }
}

/** The env file names what runs, no more: it is read by shells (`set -a; . file`) and by Node (`--env-file`). */
function tellEnv(place, { quiet = false } = {}) {
  const running = Object.values(KINDS)
    .map((kind) => ({ kind, folder: join(place, kind.name) }))
    .filter((server) => runningPid(server) !== undefined);
  const lines = running.flatMap((server) => Object.entries(server.kind.env(portsOf(server))).map(([name, value]) => `${name}=${value}\n`));
  writeFileSync(join(place, "env"), lines.join(""));
  if (!quiet) process.stdout.write(lines.join(""));
}

function portFile(server) {
  return join(server.folder, "ports.json");
}

function portsOf(server) {
  return existsSync(portFile(server)) ? JSON.parse(readFileSync(portFile(server), "utf8")) : [];
}

function portOf(values, name) {
  const given = values[`${name}-port`];
  if (given === undefined) return undefined;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Problem(`--${name}-port is a number from 1 to 65535, not ${given}`);
  return port;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`cluster: ${error.message}`);
  process.exitCode = 1;
}
