import { z } from "@hono/zod-openapi";

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    retryable: z.boolean(),
    phase: z.string().optional(),
    server: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  })
  .openapi("Problem");

/** What every route may answer instead: RFC 9457. */
export const problemResponse = {
  default: {
    description: "Anything else, as a problem",
    content: { "application/problem+json": { schema: problemSchema } },
  },
} as const;
