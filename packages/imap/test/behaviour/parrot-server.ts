import type { LineServer } from "@mailwright/suite";
import { startCommandServer } from "../support/command-server.js";

/** Starts a server that says the same thing before it completes each command after the login. */
export function parrotServer(saying: Uint8Array | string, capabilities: string): Promise<LineServer> {
  return startCommandServer({
    capabilities,
    exists: 5,
    answers: { "UID SEARCH": ({ socket }) => socket.write("* SEARCH 1 2 3\r\n") },
    completing: ({ name, socket }) => {
      if (name !== "LOGIN" && name !== "CAPABILITY") socket.write(saying);
    },
  });
}
