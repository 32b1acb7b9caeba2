import type { Context, MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import { z } from "zod";
import type { ApiEnv } from "../services.js";
import { addressOf, limitRate } from "./limit-rate.js";

const SECONDS = 15 * 60;
const LOGINS = { points: 10, seconds: SECONDS };
/** Of all names that are tried from one address. */
const LOGINS_OF_ADDRESS = { points: 100, seconds: SECONDS };

const named = z.object({ email: z.string().max(320) });

/** Stops who guesses passwords: of one person, or of many from one address. What is tried counts before it is looked at. */
export function limitLogins(): MiddlewareHandler<ApiEnv> {
  return every(
    limitRate(LOGINS_OF_ADDRESS, (c) => addressOf(c)),
    limitRate(LOGINS, async (c) => `${addressOf(c)} ${await nameOf(c)}`),
  );
}

async function nameOf(c: Context<ApiEnv>): Promise<string> {
  const body: unknown = await c.req.json().catch(() => undefined);
  return named.safeParse(body).data?.email.toLowerCase() ?? "";
}
