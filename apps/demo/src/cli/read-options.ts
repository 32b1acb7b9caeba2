import type { z } from "zod";
import { UsageError } from "../terminal/usage-error.js";

/** Checks what a verb was given. Throws {@link UsageError}, which names each option that is wrong. */
export function readOptions<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`);
  throw new UsageError(problems.join("; "));
}
