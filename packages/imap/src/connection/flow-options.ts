import type { ImapFlowOptions } from "imapflow";
import type { SessionRedactor } from "../wire/session-redactor.js";
import { transcriptLogger } from "../wire/transcript-logger.js";
import type { ImapAccount } from "./imap-account.js";
import type { FlowSocket } from "./take-over.js";

/** Longer than any deadline of ours, and not too long for a timer. */
const FOREVER_MS = 24 * 3_600_000;

/** One connection that is about to be opened. */
export interface FlowTarget {
  /** The address that was picked for the host. */
  readonly address: string;
  readonly connectionId: string;
  readonly redactor: SessionRedactor;
  /** Connected already, through a proxy say. */
  readonly given?: FlowSocket | undefined;
}

/** ImapFlow must not look up a name that only a proxy may know. */
const NOWHERE = "127.0.0.1";

/** What ImapFlow is made with: nothing that it would do by itself, and none of its own deadlines before ours. */
export function flowOptions(account: ImapAccount, target: FlowTarget): ImapFlowOptions {
  const { options, clientInfo, transcript } = account;
  const { address, connectionId, redactor, given } = target;
  const { server, timeouts, limits } = options;
  const connectMs = Math.min(timeouts.connectMs, FOREVER_MS);
  const { maxLiteralBytes, maxLineBytes } = limits;
  return {
    // Certificates are checked against the name where there is one, and against the address where not.
    host: given === undefined || server.tls.servername === undefined ? address : NOWHERE,
    port: server.port,
    secure: server.security === "tls",
    doSTARTTLS: server.security === "tls" ? undefined : server.security === "starttls",
    tls: {
      ...server.tls,
      // QUIRK: for an address ImapFlow gives TLS the server name `false`, at which Bun throws; this wins over it.
      servername: server.tls.servername,
      ...(given === undefined || server.security !== "tls" ? {} : { socket: given }),
    },
    clientInfo: { vendor: "", "support-url": "", version: "", ...clientInfo },
    logger: transcript === undefined ? false : transcriptLogger(transcript, connectionId, redactor),
    id: connectionId,
    disableAutoIdle: true,
    disableAutoEnable: true,
    disableCompression: true,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    // Our own deadlines are shorter and always on; this one must not fire while a session idles.
    socketTimeout: FOREVER_MS,
    maxLiteralSize: maxLiteralBytes,
    maxLineLength: maxLineBytes,
    maxResponseSize: maxLiteralBytes + 16 * maxLineBytes,
  } as ImapFlowOptions;
}
