import { createServer, type Socket } from "node:net";
import type { SpecialRecipients } from "./live-environment.js";
import { MAIL_DOMAIN } from "./live-users.js";

/** The addresses of the set-up that are not plain accounts; {@link startRecipientPolicy} decides on three of them. */
export const specialRecipients: SpecialRecipients = {
  unknown: `nobody-has-this@${MAIL_DOMAIN}`,
  greylisted: `greylisted@${MAIL_DOMAIN}`,
  alwaysDeferred: `deferred@${MAIL_DOMAIN}`,
  blocked: `blocked@${MAIL_DOMAIN}`,
  bouncing: `moved-away@${MAIL_DOMAIN}`,
  discarded: "anybody@discard.test",
};

/** How long a greylisted sender and recipient must wait from their first attempt. */
export const GREYLIST_MS = 3_000;

/** A Postfix policy server (SMTPD_POLICY_README) on loopback. */
export interface RecipientPolicy {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the policy server that greylists, defers or blocks the special recipients and lets all others pass. */
export async function startRecipientPolicy(): Promise<RecipientPolicy> {
  const firstSeen = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // Postfix kills idle smtpd processes whenever it likes.
    socket.on("error", () => socket.destroy());
    let pending = "";
    socket.on("data", (chunk) => {
      pending += chunk.toString("latin1");
      for (let end = pending.indexOf("\n\n"); end >= 0; end = pending.indexOf("\n\n")) {
        socket.write(`action=${decide(pending.slice(0, end), firstSeen)}\n\n`);
        pending = pending.slice(end + 2);
      }
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address !== null && typeof address === "object") resolve(address.port);
    });
  });
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function decide(request: string, firstSeen: Map<string, number>): string {
  const attribute = (name: string): string =>
    request.match(new RegExp(`^${name}=(.*)$`, "m"))?.[1]?.toLowerCase() ?? "";
  const recipient = attribute("recipient");
  switch (recipient.replace(/\+[^@]*@/, "@")) {
    case specialRecipients.alwaysDeferred:
      return "451 4.3.0 Always deferred, try again later";
    case specialRecipients.blocked:
      return "554 5.7.1 Blocked by policy";
    case specialRecipients.greylisted: {
      const key = `${attribute("sender")} ${recipient}`;
      const since = firstSeen.get(key) ?? Date.now();
      firstSeen.set(key, since);
      return Date.now() - since < GREYLIST_MS ? "450 4.7.1 Greylisted, try again in a few seconds" : "DUNNO";
    }
    default:
      return "DUNNO";
  }
}
