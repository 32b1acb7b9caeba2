import { z } from "@hono/zod-openapi";
import { lineSchema, linesSchema } from "./text-schema.js";

const moment = z.iso.datetime();
const MAX_SOURCE = 100_000;
const MAX_VARIABLES = 100_000;

/** Values for the gaps of a template. */
export const variablesSchema = z
  .record(z.string().max(200), z.json())
  .refine((values) => JSON.stringify(values).length <= MAX_VARIABLES, {
    error: `must not be more than ${MAX_VARIABLES} characters of JSON`,
  })
  .openapi({ type: "object", additionalProperties: true });

/** What somebody writes of a template. */
export const templateValuesSchema = z
  .object({
    name: lineSchema.min(1).max(200),
    subject: lineSchema.max(998).default(""),
    text: linesSchema.max(MAX_SOURCE).nullable().default(null),
    html: linesSchema.max(MAX_SOURCE).nullable().default(null),
    variables: variablesSchema.default({}),
  })
  .strict()
  .openapi("TemplateValues");

/** A template: a message with gaps, in the language Liquid. */
export const templateSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    subject: z.string(),
    text: z.string().nullable(),
    html: z.string().nullable(),
    variables: variablesSchema.openapi({ description: "What a preview is shown with" }),
    version: z.number().int(),
    createdAt: moment,
    updatedAt: moment,
  })
  .openapi("Template");

/** A template with values put in. */
export const renderedTemplateSchema = z
  .object({
    subject: z.string(),
    text: z.string().nullable(),
    html: z.string().nullable(),
    missing: z
      .array(z.string())
      .openapi({ description: "What it asks for and was not given; in the places stand the names" }),
  })
  .openapi("RenderedTemplate");
