import { connect } from "node:net";
import type { LiveUser } from "./live-environment.js";

/** What an IMAP server on loopback announces after login, in its order. */
export function readCapabilities(port: number, { user, password }: LiveUser): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(10_000, () => socket.destroy(new Error(`No capabilities from port ${port}`)));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
    socket.once("error", reject);
    socket.once("close", () => {
      const line = received.match(/^\* CAPABILITY (.*)\r$/m)?.[1];
      if (line === undefined) reject(new Error(`No capabilities from port ${port}: ${received}`));
      else resolve(line.split(" "));
    });
    socket.write(`a LOGIN ${user} ${password}\r\nb CAPABILITY\r\nc LOGOUT\r\n`);
  });
}
