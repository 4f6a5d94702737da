// The contract (R-SYS-03): OpenAPI 3.1, made from the same rows that answer requests.

import { components } from "../entities/components.js";
import { refTo } from "../entities/values.js";
import type { JsonObject } from "../input/json-body.js";
import type { Route } from "../routes/route.js";
import type { UnbuiltRoute } from "../routes/unbuilt.js";
import { operationOf, unbuiltOperation } from "./operation.js";

const SECURITY = {
  apiKey: { type: "apiKey", in: "header", name: "apikey", description: "API key of scope fullAccess (F) or authOnly (A)." },
  authToken: { type: "apiKey", in: "header", name: "authToken", description: "User auth token (U); also as Bearer." },
  adminKey: { type: "apiKey", in: "header", name: "adminKey", description: "Admin key of the deployment (M); also as Bearer." },
};

export function openApiDocument(routes: readonly Route[], unbuilt: readonly UnbuiltRoute[]): JsonObject {
  const paths: Record<string, Record<string, unknown>> = { ...systemPaths() };
  const add = (path: string, method: string, operation: unknown) => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  };
  for (const route of routes) add(route.path, route.method, operationOf(route));
  for (const route of unbuilt) add(route.path, route.method, unbuiltOperation(route));
  return {
    openapi: "3.1.0",
    info: { title: "Parlance REST API", version: "3", description: "Chat for your apps: users, groups, messages." },
    servers: [{ url: "/" }],
    paths,
    components: { schemas: components, securitySchemes: SECURITY, responses: { Error: errorResponse("An error of the catalogue.") } },
  };
}

function errorResponse(description: string): JsonObject {
  return { description, content: { "application/json": { schema: refTo("Error") } } };
}

const jsonAnswer = (description: string, schema: unknown) => ({ description, content: { "application/json": { schema } } });

function systemPaths(): Record<string, Record<string, unknown>> {
  const health = (number: string, operationId: string, summary: string, more: object) => ({
    get: {
      operationId, summary, tags: ["SYS"], security: [], "x-parlance-number": number, "x-parlance-tier": 1, "x-parlance-callers": [],
      responses: { 200: jsonAnswer("All is well.", refTo("Health")), ...more },
    },
  });
  return {
    "/health/live": health("R-SYS-01", "getHealthLive", "The process answers.", {}),
    "/health/ready": health("R-SYS-02", "getHealthReady", "Traffic may come here.", { 503: jsonAnswer("Not now.", refTo("Health")) }),
    "/v3/openapi.json": {
      get: {
        operationId: "getOpenApi", summary: "This document.", tags: ["SYS"], security: [],
        "x-parlance-number": "R-SYS-03", "x-parlance-tier": 1,
        "x-parlance-callers": [], responses: { 200: jsonAnswer("OpenAPI 3.1.", { type: "object" }), 304: { description: "Unchanged." } },
      },
    },
  };
}

