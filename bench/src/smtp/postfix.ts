import { fileURLToPath } from "node:url";
import { runUnderServers } from "../run-under-servers.js";
import { compareSenders } from "./comparison.js";

interface Live {
  readonly smtpVariants: { readonly relay?: { readonly port: number } };
  readonly recipients: { readonly discarded: string };
}

/**
 * Our client beside nodemailer's pool, both with a real Postfix behind 40 ms: its CHUNKING is used because it is proved
 * there, not because it was asked for. Starts the servers by itself when it is not run under them.
 */
async function main(): Promise<void> {
  const given = process.env["MAILWRIGHT_LIVE"];
  if (given === undefined) return runUnderServers(fileURLToPath(import.meta.url), { withPostfix: true });
  const { smtpVariants, recipients }: Live = JSON.parse(given);
  const { relay } = smtpVariants;
  if (relay === undefined) {
    console.log("SKIPPED smtp-postfix: Postfix is not there, or needs root");
    return;
  }
  await compareSenders(
    { port: relay.port, to: recipients.discarded },
    {
      name: "500 small messages at 40 ms to a real Postfix, 10 connections",
      messages: 500,
      connections: 10,
      latencyMs: 40,
      bar: 1.8,
    },
  );
}

await main();
