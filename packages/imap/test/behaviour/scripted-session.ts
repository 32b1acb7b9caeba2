import { type ScriptedServer, startScriptedServer } from "@mailwright/testing";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";

/** From the greeting to a session that is ready, without any extension. */
export function login(capabilities = "IMAP4rev1"): string {
  return `
    S: * OK [CAPABILITY ${capabilities}] ready
    C~: (?<tag>\\S+) LOGIN .*
    S: $tag OK [CAPABILITY ${capabilities}] welcome
    C~: (?<tag>\\S+) CAPABILITY
    S: * CAPABILITY ${capabilities}
    S: $tag OK
  `;
}

/** Opens INBOX with so many messages. */
export function select(exists: number): string {
  return `
    C~: (?<tag>\\S+) (?:SELECT|EXAMINE) "?INBOX"?(?: \\(CONDSTORE\\))?
    S: * ${exists} EXISTS
    S: * OK [UIDVALIDITY 7] ok
    S: * OK [UIDNEXT ${exists + 1}] ok
    S: $tag OK [READ-WRITE] open
  `;
}

/** INBOX with so many messages, UIDs from 1, is about to be read: folders are listed for its role, then it is opened and searched. */
export function listing(exists: number): string {
  const uids = Array.from({ length: exists }, (_, index) => index + 1).join(" ");
  return `
    ${login()}
    C~: (?<tag>\\S+) LIST .*
    S: * LIST () "/" INBOX
    S: $tag OK
    C~: (?<tag>\\S+) LSUB .*
    S: $tag OK
    ${select(exists)}
    C~: (?<tag>\\S+) UID SEARCH UID 1:\\*
    S: * SEARCH ${uids}
    S: $tag OK
  `;
}

/** A literal, of a text as scripts write it. */
export function literal(text: string): string {
  return `{${text.replaceAll("\\r\\n", "\r\n").length}}\\r\\n${text}`;
}

/** A scripted server and a client for it. */
export interface ScriptedSession extends AsyncDisposable {
  readonly server: ScriptedServer;
  readonly imap: ImapClient;
}

/** Plays the script to a client that does not retry; `await using` ends both. */
export async function scriptedSession(
  script: string,
  options: Partial<ImapClientOptions> = {},
): Promise<ScriptedSession> {
  const server = await startScriptedServer(script);
  const imap = new ImapClient({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user: "ada", password: "S3cret-word" },
    retry: { attempts: 1 },
    timeouts: { connectMs: 2_000, commandMs: 1_000 },
    ...options,
  });
  return {
    server,
    imap,
    async [Symbol.asyncDispose]() {
      // The server first: a script seldom has an answer to LOGOUT, which the client would wait for.
      try {
        await server.stop();
      } finally {
        await imap.close({ graceMs: 0 });
      }
    },
  };
}
