import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { describeMessage } from "../arrivals/describe-message.js";
import { startMailServers } from "../start-mail-servers.js";
import { MessageNumbers, startHttpApi } from "./http-api.js";
import { toSummary } from "./message-json.js";
import { readArguments, USAGE, UsageError } from "./read-arguments.js";

/** Where lines go. */
export interface CommandLineOutput {
  print(text: string): void;
  complain(text: string): void;
}

/** Runs the servers until `end` resolves; resolves to the exit code. */
export async function runCommandLine(
  args: readonly string[],
  { print, complain }: CommandLineOutput,
  end: Promise<unknown>,
): Promise<number> {
  try {
    const commandLine = readArguments(args);
    if (commandLine.isHelp) print(USAGE);
    else await serve(commandLine, print, end);
    return 0;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    complain(error instanceof UsageError ? `${text}\n\n${USAGE}` : text);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function serve(
  { servers, httpPort, caFile, isJson }: ReturnType<typeof readArguments>,
  print: (line: string) => void,
  end: Promise<unknown>,
): Promise<void> {
  const mail = await startMailServers(servers);
  let http: Server | undefined;
  try {
    const numbers = new MessageNumbers();
    const tell = (): void => {
      mail.on("message", (message) => {
        const summary = toSummary(numbers.of(message), message);
        print(isJson ? JSON.stringify({ event: "message", ...summary }) : describeMessage(message));
      });
    };
    tell();
    if (httpPort !== undefined)
      http = await startHttpApi({ mail, numbers, port: httpPort, afterReset: tell });
    if (caFile !== undefined) await writeFile(caFile, mail.ca);
    const address = http?.address();
    const url =
      address !== null && typeof address === "object"
        ? `http://${urlHost(mail.host)}:${address.port}/`
        : undefined;
    const ports = Object.fromEntries(
      (["imap", "pop3", "smtp"] as const).map((protocol) => {
        const { port, tlsPort } = mail[protocol];
        return [protocol, { port, tlsPort }];
      }),
    );
    const lines = Object.entries(ports).map(
      ([protocol, { port, tlsPort }]) => `${protocol} ${mail.host}:${port}, with TLS :${tlsPort}`,
    );
    if (isJson) print(JSON.stringify({ event: "ready", host: mail.host, ...ports, http: url, caFile }));
    else print([...lines, ...(url === undefined ? [] : [`look at ${url}`])].join("\n"));
    await end;
  } finally {
    if (http !== undefined) {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    }
    await mail.stop();
  }
}

function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
