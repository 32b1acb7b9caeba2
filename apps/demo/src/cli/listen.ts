import { once } from "node:events";
import { createAdaptorServer } from "@hono/node-server";
import { closeServer } from "./close-server.js";

interface Place {
  readonly port: number;
  readonly host: string;
  readonly isAnyPort?: boolean | undefined;
}

/** Answers HTTP until it is disposed of; at a free port where the wanted one is taken and any will do. */
export async function listen(
  fetch: Parameters<typeof createAdaptorServer>[0]["fetch"],
  { port, host, isAnyPort = false }: Place,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createAdaptorServer({ fetch });
  const listenAt = async (at: number): Promise<void> => {
    server.listen(at, host);
    await once(server, "listening");
  };
  await listenAt(port).catch(async (error: unknown) => {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken || !isAnyPort) throw error;
    await listenAt(0);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      await closeServer(server);
    },
  };
}
