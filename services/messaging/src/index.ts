export { messagingSettings, type MessagingConfig } from "./config.js";
export {
  createMessagingService, messagingConsumer, messagingSqliteModule, type MessagingDeps, type MessagingService,
} from "./service.js";
export type { LogStore, RowOutbox } from "./store/ports.js";
