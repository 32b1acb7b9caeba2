import type { Socket } from "node:net";

/**
 * The next `count` bytes of a socket that nobody else reads; what comes behind them stays in it. Rejects when it ends
 * or is destroyed before.
 */
export function readExactly(socket: Socket, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      socket.off("readable", attempt).off("end", ended).off("close", ended).off("error", failed);
    };
    const failed = (error: Error): void => {
      settle();
      reject(error);
    };
    const ended = (): void =>
      failed(Object.assign(new Error("The connection ended"), { code: "ECONNRESET" }));
    const attempt = (): void => {
      const bytes: Buffer | null = socket.read(count);
      if (bytes === null) return;
      if (bytes.length < count) return ended();
      settle();
      resolve(bytes);
    };
    socket.on("readable", attempt).once("end", ended).once("close", ended).once("error", failed);
    if (socket.destroyed) ended();
    else attempt();
  });
}
