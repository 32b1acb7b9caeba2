import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerType } from "@hono/node-server";

const LOOK_EVERY_MS = 50;
const MAX_LOOKS = 40;

/**
 * Closes a server: what is being answered is answered to its end, for a while; a browser that keeps its connection open
 * holds nothing up.
 */
export async function closeServer(server: ServerType): Promise<void> {
  const closed = once(server, "close");
  let isClosed = false;
  server.close(() => {
    isClosed = true;
  });
  for (let looks = 0; !isClosed && looks < MAX_LOOKS; looks += 1) {
    if ("closeIdleConnections" in server) server.closeIdleConnections();
    await Promise.race([closed, sleep(LOOK_EVERY_MS)]);
  }
  if ("closeAllConnections" in server) server.closeAllConnections();
  await closed;
}
