import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import { z } from "zod";
import type { ApiEnv } from "../services.js";
import { addressOf, limitRate } from "./limit-rate.js";

const SECONDS = 15 * 60;
const POINTS = 10;
/** Of all names that are tried from one address. */
const POINTS_OF_ADDRESS = 100;

const named = z.object({ email: z.string().max(320) });

/**
 * Stops who guesses passwords: of one person, or of many from one address. What is tried counts before it is looked at, apart for each
 * way in.
 */
export function limitLogins(way: string): MiddlewareHandler<ApiEnv> {
  const ofAddress = { name: `${way} of an address`, points: POINTS_OF_ADDRESS, seconds: SECONDS };
  const ofName = { name: `${way} of a name`, points: POINTS, seconds: SECONDS };
  return every(
    limitRate(ofAddress, addressOf),
    limitRate(ofName, async (c) => `${addressOf(c)} ${await nameOf(c)}`),
  );
}

/** As a hash: what people type into the wrong field is not kept in a table. */
async function nameOf(c: Context<ApiEnv>): Promise<string> {
  const body: unknown = await c.req.json().catch(() => undefined);
  const name = named.safeParse(body).data?.email.toLowerCase() ?? "";
  return createHash("sha256").update(name).digest("base64url");
}
