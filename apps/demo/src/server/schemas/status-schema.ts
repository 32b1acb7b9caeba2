import { z } from "@hono/zod-openapi";
import { accountSchema } from "./account-schema.js";
import { folderSchema } from "./folder-schema.js";

const moment = z.iso.datetime();
const counts = z.record(z.string(), z.number().int());

const progressSchema = accountSchema
  .pick({
    id: true,
    name: true,
    state: true,
    lastOkAt: true,
    lastError: true,
    nextTryAt: true,
    failures: true,
  })
  .extend({
    waitingChanges: z.number().int().openapi({
      description: "Of messages, for a server that could not be reached; tried again by themselves",
    }),
    changesNextTryAt: moment.nullable(),
    synced: z.number().int(),
    toSync: z.number().int(),
    folders: z.array(
      folderSchema.pick({ id: true, path: true, synced: true, toSync: true, lastPassAt: true }),
    ),
  })
  .openapi("AccountProgress");

const poolSchema = z
  .object({
    accountId: z.uuid(),
    protocol: z.string(),
    open: z.number().int(),
    opened: z.number().int(),
    failed: z.number().int(),
    learnedCap: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'What the server allows, learned from its "too many connections"' }),
  })
  .openapi("PoolStatus");

const latencySchema = z
  .object({
    protocol: z.string(),
    slices: z.array(z.object({ at: moment, count: z.number().int(), p50Ms: z.number(), p95Ms: z.number() })),
  })
  .openapi("Latencies");

const recentErrorSchema = z
  .object({
    accountId: z.uuid(),
    outboxId: z.uuid().nullable(),
    code: z.string(),
    message: z.string(),
    phase: z.string().optional(),
    server: z.string().optional(),
    at: moment,
  })
  .openapi("RecentError");

const workerSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(["all", "serve", "worker"]),
    host: z.string(),
    pid: z.number().int(),
    version: z.string(),
    startedAt: moment,
    beatAt: moment,
    held: z.number().int(),
    isAlive: z.boolean(),
  })
  .openapi("Worker");

/** What everything is doing, with the evidence. */
export const statusSchema = z
  .object({
    database: z.enum(["pglite", "postgresql"]),
    startedAt: moment,
    accounts: z.array(progressSchema),
    outbox: z.object({
      states: counts,
      lastDay: counts.openapi({ description: "Of what was accepted for sending in the last day" }),
      retries: z.number().int(),
      nextTryAt: moment.nullable(),
    }),
    pools: z.array(poolSchema).openapi({ description: "The connections of the process that answers" }),
    latencies: z.array(latencySchema).openapi({ description: "Of the last hour, of the same process" }),
    errors: z.array(recentErrorSchema),
    leases: z.array(
      z.object({ accountId: z.uuid(), holder: z.string(), epoch: z.number().int(), expiresAt: moment }),
    ),
    workers: z
      .array(workerSchema)
      .optional()
      .openapi({ description: "All processes over this database; for owners" }),
  })
  .openapi("Status");
