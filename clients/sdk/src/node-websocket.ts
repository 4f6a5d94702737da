// The WebSocket of Node versions that have none of their own.

import { WebSocket } from "ws";
import type { WebSocketConstructor } from "./engine/socket.js";

export const NodeWebSocket = WebSocket as unknown as WebSocketConstructor;
