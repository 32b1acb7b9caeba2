import { append } from "../commands/append.js";
import { copyMessages, moveMessages } from "../commands/copy.js";
import { closeMailbox, expunge, unselect } from "../commands/expunge.js";
import { fetchMessages } from "../commands/fetch.js";
import { listMailboxes, listSubscribed } from "../commands/list.js";
import { authenticate, logIn } from "../commands/login.js";
import {
  createMailbox,
  deleteMailbox,
  renameMailbox,
  subscribe,
  unsubscribe,
} from "../commands/mailbox-commands.js";
import { notify } from "../commands/notify.js";
import { getQuota, getQuotaRoot } from "../commands/quota.js";
import { search } from "../commands/search.js";
import { selectMailbox } from "../commands/select.js";
import {
  capability,
  compress,
  enable,
  id,
  idle,
  logOut,
  namespace,
  noop,
  startTls,
} from "../commands/session-commands.js";
import { sort } from "../commands/sort.js";
import { status } from "../commands/status.js";
import { storeFlags } from "../commands/store.js";
import { thread } from "../commands/thread.js";
import { listWithUses } from "../commands/xlist.js";
import type { ImapCapability } from "../session/imap-capabilities.js";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";

/** One command: when it is allowed, what it needs, and what it does. */
export interface ImapCommand {
  /** The least that must have happened (RFC 3501 §3); `"new"` is before login only. */
  readonly state: "any" | "new" | "authenticated" | "selected";
  /** Without it the command is unknown. */
  readonly capability?: ImapCapability;
  /** Sequence numbers must not shift under it (RFC 3501 §7.4.1). */
  readonly keepsSequence?: boolean;
  /** Returns the tagged response without its tag; throws an `ImapRefusal`. */
  readonly run: (session: ImapSession, input: ImapArguments, tag: string) => string | Promise<string>;
  /** What changes the connection once the client has its `OK`. */
  readonly after?: (session: ImapSession) => Promise<void>;
}

const selectedCommands: [string, ImapCommand["run"], ImapCapability?][] = [
  ["CHECK", noop],
  ["CLOSE", closeMailbox],
  ["UNSELECT", unselect, "UNSELECT"],
  ["EXPUNGE", (session, input) => expunge(session, input, false)],
  ["UID EXPUNGE", (session, input) => expunge(session, input, true), "UIDPLUS"],
  ["UID FETCH", (session, input) => fetchMessages(session, input, true)],
  ["UID STORE", (session, input) => storeFlags(session, input, true)],
  ["UID SEARCH", (session, input, tag) => search(session, input, true, tag)],
  ["UID SORT", (session, input) => sort(session, input, true), "SORT"],
  ["UID THREAD", (session, input) => thread(session, input, true)],
  ["COPY", (session, input) => copyMessages(session, input, false)],
  ["UID COPY", (session, input) => copyMessages(session, input, true)],
  ["MOVE", (session, input) => moveMessages(session, input, false), "MOVE"],
  ["UID MOVE", (session, input) => moveMessages(session, input, true), "MOVE"],
];

const authenticatedCommands: [string, ImapCommand["run"], ImapCapability?][] = [
  ["SELECT", (session, input) => selectMailbox(session, input, false)],
  ["EXAMINE", (session, input) => selectMailbox(session, input, true)],
  ["LIST", listMailboxes],
  ["LSUB", listSubscribed],
  ["XLIST", listWithUses, "XLIST"],
  ["STATUS", status],
  ["CREATE", createMailbox],
  ["DELETE", deleteMailbox],
  ["RENAME", renameMailbox],
  ["SUBSCRIBE", subscribe],
  ["UNSUBSCRIBE", unsubscribe],
  ["APPEND", append],
  ["ENABLE", enable, "ENABLE"],
  ["IDLE", idle, "IDLE"],
  ["NAMESPACE", namespace, "NAMESPACE"],
  ["NOTIFY", notify, "NOTIFY"],
  ["GETQUOTA", getQuota, "QUOTA"],
  ["GETQUOTAROOT", getQuotaRoot, "QUOTA"],
];

function toCommand(state: ImapCommand["state"]) {
  return ([name, run, needed]: [string, ImapCommand["run"], ImapCapability?]): [string, ImapCommand] => [
    name,
    { state, run, ...(needed === undefined ? {} : { capability: needed }) },
  ];
}

/** Every command by its name in capitals. */
export const imapCommands: ReadonlyMap<string, ImapCommand> = new Map<string, ImapCommand>([
  ["CAPABILITY", { state: "any", run: capability }],
  ["NOOP", { state: "any", run: noop }],
  ["LOGOUT", { state: "any", run: logOut }],
  ["ID", { state: "any", capability: "ID", run: id }],
  [
    "STARTTLS",
    {
      state: "any",
      capability: "STARTTLS",
      run: startTls,
      after: ({ connection, server }) => connection.startTls(server.secureContext),
    },
  ],
  [
    "COMPRESS",
    {
      state: "authenticated",
      capability: "COMPRESS=DEFLATE",
      run: compress,
      after: ({ connection }) => connection.compress(),
    },
  ],
  ["LOGIN", { state: "new", run: logIn }],
  ["AUTHENTICATE", { state: "new", run: authenticate }],
  ...authenticatedCommands.map(toCommand("authenticated")),
  ...selectedCommands.map(toCommand("selected")),
  [
    "SORT",
    { state: "selected", capability: "SORT", keepsSequence: true, run: (s, input) => sort(s, input, false) },
  ],
  ["THREAD", { state: "selected", keepsSequence: true, run: (s, input) => thread(s, input, false) }],
  ["FETCH", { state: "selected", keepsSequence: true, run: (s, input) => fetchMessages(s, input, false) }],
  ["STORE", { state: "selected", keepsSequence: true, run: (s, input) => storeFlags(s, input, false) }],
  [
    "SEARCH",
    { state: "selected", keepsSequence: true, run: (s, input, tag) => search(s, input, false, tag) },
  ],
]);
