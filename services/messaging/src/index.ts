export { messagingSettings, type MessagingConfig } from "./config.js";
export {
  createMessagingService, messagingGroup, messagingSqliteModule, type MessagingDeps, type MessagingService,
} from "./service.js";
export type { LogStore, RowOutbox } from "./store/ports.js";
