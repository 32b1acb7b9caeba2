import { z } from "@hono/zod-openapi";
import { ACCOUNT_STATES } from "../../db/schema/accounts.js";
import { lineSchema, linesSchema } from "./text-schema.js";

const moment = z.iso.datetime();

const serverSchema = z
  .object({
    host: lineSchema.min(1).max(253),
    port: z.number().int().min(1).max(65_535),
    security: z.enum(["tls", "starttls", "none"]),
    user: lineSchema.min(1).max(320),
  })
  .strict();

const loginSchema = z.union([
  z.object({ password: z.string().min(1).max(1_000) }).strict(),
  z.object({ accessToken: z.string().min(1).max(10_000) }).strict(),
]);

const secretSchema = z.object({ incoming: loginSchema, outgoing: loginSchema.optional() }).strict();

/** What an account is tried with: everything that decides whether it works. */
export const accountTestSchema = z
  .object({
    kind: z.enum(["imap", "pop3"]),
    incoming: serverSchema,
    outgoing: serverSchema.optional(),
    secret: secretSchema,
  })
  .strict()
  .openapi("AccountTest");

export const newAccountSchema = z
  .object({
    name: lineSchema.min(1).max(200),
    address: z.email().max(320),
    colour: z.string().regex(/^#[0-9a-f]{6}$/i),
    kind: z.enum(["imap", "pop3"]),
    incoming: serverSchema,
    outgoing: serverSchema.optional(),
    secret: secretSchema,
    syncDays: z.number().int().min(1).max(36_500).optional().openapi({
      description: "Of IMAP: mail that the server received earlier stays there; all of it comes without",
    }),
  })
  .strict()
  .openapi("NewAccount");

export const accountChangesSchema = newAccountSchema
  .pick({ name: true, colour: true, incoming: true, outgoing: true, secret: true })
  .extend({ signature: linesSchema.max(20_000) })
  .partial()
  .strict()
  .openapi("AccountChanges");

const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  phase: z.string().optional(),
  server: z.string().optional(),
  at: moment,
});

export const accountSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    address: z.string(),
    colour: z.string(),
    kind: z.enum(["imap", "pop3"]),
    incoming: serverSchema,
    outgoing: serverSchema.nullable(),
    hasPassword: z.literal(true),
    state: z.enum(ACCOUNT_STATES),
    lastOkAt: moment.nullable(),
    lastError: errorSchema.nullable(),
    nextTryAt: moment.nullable(),
    failures: z.number().int().openapi({ description: "Passes that failed since the last that did not" }),
    syncDays: z.number().nullable().openapi({
      description: "How many days of mail before `createdAt` were wanted; all where it is null",
    }),
    signature: z.string(),
    createdAt: moment,
  })
  .openapi("Account");

const reportSchema = z
  .object({
    ok: z.boolean(),
    host: z.string(),
    port: z.number(),
    security: z.string(),
    tls: z.object({ version: z.string(), cipher: z.string() }).optional(),
    capabilities: z.array(z.string()),
    authMechanisms: z.array(z.string()),
    phases: z.array(z.object({ phase: z.string(), ok: z.boolean(), ms: z.number().optional() })).openapi({
      description: "What was done in its order; the last one is what failed, where something did",
    }),
    latencyMs: z.record(z.string(), z.number()),
    error: z
      .object({
        code: z.string(),
        message: z.string(),
        phase: z.string().optional(),
        server: z.string().optional(),
        retryable: z.boolean(),
      })
      .optional(),
  })
  .openapi("ConnectionReport");

/** Of where the mail comes from; and of where it goes out, where that was asked for too. */
export const accountReportSchema = reportSchema
  .extend({ outgoing: reportSchema.optional() })
  .openapi("AccountReport");

export const accountCheckSchema = z
  .object({ incoming: reportSchema, outgoing: reportSchema.nullable() })
  .openapi("AccountCheck");

export const wireLineSchema = z
  .object({
    at: moment,
    connectionId: z.string(),
    direction: z.enum(["client", "server"]),
    text: z.string(),
  })
  .openapi("WireLine");

export const providerSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    imap: serverSchema.omit({ user: true }).optional(),
    pop3: serverSchema.omit({ user: true }).optional(),
    smtp: serverSchema.omit({ user: true }).optional(),
    logins: z.array(z.string()),
    appPasswordHelp: z.url().optional(),
    note: z.string().optional(),
  })
  .openapi("Provider");
