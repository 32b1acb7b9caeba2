import { z } from "@hono/zod-openapi";

/** One line of text: no control characters, and nothing that no database stores. */
export const lineSchema = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u, "must be one line");

/** Text of several lines; of the control characters it may have tabs and the ends of lines. */
export const linesSchema = z.string().regex(/^(?:[\t\r\n]|[^\p{Cc}\p{Cs}])*$/u, "must be text");
