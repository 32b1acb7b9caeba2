import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { Agent, request } from "undici";
import { removeSocket } from "../db/remove-socket.js";
import { toWebStream } from "../server/to-web-stream.js";
import { closeServer } from "./close-server.js";

/** A function that is called as `fetch` is. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** The name of a socket may have 107 bytes on Linux, 103 elsewhere. */
const MAX_PATH_BYTES = 100;

/**
 * Answers the command line on a socket in the data folder, which its owner alone may open. The folder's lock must be held:
 * a socket that is there was left behind by a program that was killed. Nowhere, where the name would be too long.
 */
export async function listenLocally(
  fetch: Parameters<typeof createAdaptorServer>[0]["fetch"],
  dataFolder: string,
): Promise<AsyncDisposable | undefined> {
  const path = socketPath(dataFolder);
  if (path === undefined) return undefined;
  await removeSocket(path);
  const server = createAdaptorServer({ fetch });
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 0o600);
  return {
    async [Symbol.asyncDispose]() {
      await closeServer(server);
    },
  };
}

/** The way to the program that runs on a data folder; `undefined` when none answers there. */
export async function findRunning(
  dataFolder: string,
): Promise<{ readonly fetch: Fetch; readonly close: () => Promise<void> } | undefined> {
  const path = socketPath(dataFolder);
  if (path === undefined || !(await isAnswered(path))) return undefined;
  const dispatcher = new Agent({ connect: { socketPath: path }, headersTimeout: 0, bodyTimeout: 0 });
  return {
    fetch: async (input, init) => {
      const { url, method, headers, body, signal } = new Request(input, init);
      const sent = body === null ? null : Buffer.from(await new Response(body).arrayBuffer());
      const options = { dispatcher, method, headers: Object.fromEntries(headers), body: sent, signal };
      const answer = await request(url, options);
      const isEmpty = answer.statusCode === 204;
      if (isEmpty) await answer.body.dump();
      return new Response(isEmpty ? null : toWebStream(answer.body), {
        status: answer.statusCode,
        headers: Object.entries(answer.headers).flatMap(([name, value]) =>
          [value ?? []].flat().map((one): [string, string] => [name, one]),
        ),
      });
    },
    close: async () => await dispatcher.destroy(),
  };
}

function socketPath(dataFolder: string): string | undefined {
  const path = join(resolve(dataFolder), "cli.sock");
  return Buffer.byteLength(path) > MAX_PATH_BYTES ? undefined : path;
}

async function isAnswered(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
