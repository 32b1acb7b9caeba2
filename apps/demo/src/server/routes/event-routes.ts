import { once } from "node:events";
import { createRoute, z } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import { latestEventId, readEvents } from "../../store/events.js";
import { createRouter } from "../create-router.js";
import { requireScope } from "../middleware/authenticate.js";
import { Problem } from "../problem.js";
import { problemResponse } from "../schemas/problem-schema.js";
import type { Services } from "../services.js";

const route = createRoute({
  method: "get",
  path: "/events",
  middleware: requireScope("read"),
  request: {
    query: z.object({ after: z.coerce.number<string>().int().min(0).optional() }),
    headers: z.object({ "last-event-id": z.coerce.number<string>().int().min(0).optional() }),
  },
  responses: {
    200: {
      description:
        "Changes as server-sent events, after `Last-Event-ID` or from now on; `events.reset` when that place is gone",
    },
    ...problemResponse,
  },
});

const PING_MS = 25_000;
const RECONNECT_MS = 3_000;
const MAX_STREAMS = 20;

/** Changes while they happen, without a gap over a lost connection or a restart. */
export function eventRoutes({ environment, stopping }: Services) {
  const { database } = environment;
  const streams = new Map<string, number>();
  return createRouter().openapi(route, async (c) => {
    const { tenant, caller } = c.var;
    const who = caller.kind === "session" ? caller.user.id : caller.id;
    const open = streams.get(who) ?? 0;
    if (open >= MAX_STREAMS) {
      const title = `At most ${MAX_STREAMS} streams at once`;
      throw new Problem(429, "stream-limit", title, {
        retryable: true,
        retryAfterSeconds: RECONNECT_MS / 1_000,
      });
    }
    streams.set(who, open + 1);
    const given = c.req.valid("header")["last-event-id"] ?? c.req.valid("query").after;
    return streamSSE(c, async (stream) => {
      const closed = new AbortController();
      stream.onAbort(() => closed.abort());
      const signal = AbortSignal.any([closed.signal, stopping]);
      try {
        let place = given ?? (await latestEventId(tenant));
        // At once, so that the page knows that it is listening, and from where.
        await stream.writeSSE({ event: "ready", data: "{}", id: String(place), retry: RECONNECT_MS });
        while (!signal.aborted) {
          // Listens before it reads: what is committed in between wakes it.
          const woken = nextChange(signal);
          const page = await readEvents(tenant, place);
          if (page.isGone) {
            place = page.latest;
            await stream.writeSSE({ event: "events.reset", data: "{}", id: String(place) });
            continue;
          }
          for (const { id, type, accountId, data, createdAt } of page.events) {
            const text = JSON.stringify({ id, type, accountId, data, createdAt });
            await stream.writeSSE({ event: type, data: text, id: String(id) });
            place = id;
          }
          if (page.events.length === 0 && (await woken) === "silence") await stream.write(": ping\n\n");
        }
      } finally {
        closed.abort();
        const left = (streams.get(who) ?? 1) - 1;
        if (left === 0) streams.delete(who);
        else streams.set(who, left);
      }
    });
  });

  async function nextChange(signal: AbortSignal): Promise<"change" | "silence"> {
    const silence = AbortSignal.timeout(PING_MS);
    try {
      await once(database.changes, "changed", { signal: AbortSignal.any([signal, silence]) });
      return "change";
    } catch {
      return "silence";
    }
  }
}
