export { LOG_LEVELS, type Log, type LogFields, type LogLevel } from "./log.js";
export { createLog, type LogOptions, type RootLog } from "./create-log.js";
export type { LogSink } from "./sink.js";
export { recordingLog, silentLog, type LogRecord, type RecordingLog } from "./recording-log.js";
