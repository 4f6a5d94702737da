import { declareSettings, type ConfigOf } from "../config/index.js";

export const mongoSettings = declareSettings({
  mongodbUri: {
    env: "PARLANCE_MONGODB_URI", type: "string", optional: true, secret: true,
    doc: "MongoDB's address, mongodb://…; where and who count, options in it do not. Needed by identity, group and messaging in a cluster.",
  },
  mongodbDatabase: {
    env: "PARLANCE_MONGODB_DATABASE", type: "string", default: "parlance", minLen: 1,
    doc: "Name of the database; another one is another deployment.",
  },
});

export type MongoSettings = ConfigOf<typeof mongoSettings>;
