import { MailStoreError, type MailStoreErrorCode } from "../../store/mail-store-error.js";
import type { ImapCommandBytes, ImapInputTooLarge } from "../session/imap-input.js";
import type { ImapSession } from "../session/imap-session.js";
import { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { askHook, sayAnswer } from "./ask-hook.js";
import { type ImapCommand, imapCommands } from "./command-table.js";

const COMMAND = /^([!#$&',-[\]^-z|}~]+) ((?:UID )?[A-Z]+)/i;
const TAG = /^([!#$&',-[\]^-z|}~]+) /;
const MAX_BAD_COMMANDS = 20;
/** Commands that do without the mailbox that was selected until now. */
const LEAVING: ReadonlySet<string> = new Set(["SELECT", "EXAMINE", "CLOSE", "UNSELECT", "LOGOUT"]);

/** Response codes of RFC 5530 for what the store refuses. */
const STORE_CODES: Readonly<Record<MailStoreErrorCode, string>> = {
  "no-account": "NONEXISTENT",
  "account-exists": "ALREADYEXISTS",
  "no-mailbox": "NONEXISTENT",
  "mailbox-exists": "ALREADYEXISTS",
  "mailbox-protected": "CANNOT",
  "invalid-name": "CANNOT",
  "invalid-value": "CANNOT",
  "over-quota": "OVERQUOTA",
};

/** Talks with one client until it leaves: reads a command, runs it, tells the news, answers. */
export async function runDialogue(session: ImapSession): Promise<void> {
  const { connection } = session;
  session.untagged(`OK [CAPABILITY ${session.capabilities()}] Mailwright testing ready.`);
  let badCommands = 0;
  while (!session.isLoggedOut) {
    connection.flush();
    const input = await connection.read(() => connection.input.take());
    if (!input) return;
    if (input.kind === "command") {
      session.isBusy = true;
      const isBad = await answer(session, input);
      session.isBusy = false;
      session.announcer.announceSoon();
      badCommands = isBad ? badCommands + 1 : 0;
      if (badCommands >= MAX_BAD_COMMANDS) {
        session.untagged("BYE Too many invalid IMAP commands.");
        session.isLoggedOut = true;
      }
    } else if (input.kind === "continue") connection.write("+ OK\r\n");
    else refuseInput(session, input);
  }
  connection.end();
}

/** Runs one command; returns whether it was refused as `BAD`. */
async function answer(session: ImapSession, { text, literals }: ImapCommandBytes): Promise<boolean> {
  const match = COMMAND.exec(text);
  const [, tag = "", written = ""] = match ?? [];
  if (!match) {
    const given = TAG.exec(text)?.[1] ?? "*";
    session.connection.write(`${given} BAD Error in IMAP command received by server.\r\n`);
    return true;
  }
  const name = written.toUpperCase();
  const rest = text.slice(match[0].length);
  const input = new ImapArguments(rest, literals);
  const command = imapCommands.get(name);
  const told = await askHook(session, { name, arguments: rest.trimStart(), user: session.account?.user });
  if (told !== undefined && sayAnswer(session, tag, told)) return told.tagged?.startsWith("BAD") === true;
  if (session.selected?.isGone && !LEAVING.has(name)) {
    session.announcer.loseMailbox();
    return false;
  }
  let response: string;
  try {
    response = await requireAllowed(session, command).run(session, input, tag);
  } catch (error) {
    response = toRefusal(error).toResponse(session.quirks.omitRefusalCodes === true);
  }
  session.announcer.announce(command?.keepsSequence !== true && session.selected !== undefined);
  session.connection.write(`${tag} ${response}\r\n`);
  if (response.startsWith("OK")) await command?.after?.(session);
  return response.startsWith("BAD");
}

function requireAllowed(session: ImapSession, command: ImapCommand | undefined): ImapCommand {
  if (!command || (command.capability && !session.offers(command.capability))) {
    throw new ImapRefusal("BAD", "Unknown command.");
  }
  if (session.account) {
    session.commandsSinceLogin += 1;
    if (session.commandsSinceLogin > (session.quirks.notConnectedAfter ?? Number.POSITIVE_INFINITY)) {
      throw new ImapRefusal("BAD", "User is authenticated but not connected.");
    }
  }
  if (command.state === "new" && session.account) throw new ImapRefusal("BAD", "Already logged in");
  if (command.state === "authenticated" || command.state === "selected") session.requireAccount();
  if (command.state === "selected") session.requireSelected();
  return command;
}

function toRefusal(error: unknown): ImapRefusal {
  if (error instanceof ImapRefusal) return error;
  if (error instanceof MailStoreError) return new ImapRefusal("NO", error.message, STORE_CODES[error.code]);
  // A defect of this server is the caller's to see, in the answer, rather than a hanging client.
  return new ImapRefusal(
    "NO",
    `Internal error: ${error instanceof Error ? error.message : "unknown"}`,
    "SERVERBUG",
  );
}

function refuseInput(session: ImapSession, { text, isAvoidable }: ImapInputTooLarge): void {
  const tag = TAG.exec(text)?.[1];
  session.connection.input.abandonCommand();
  if (isAvoidable && tag !== undefined) {
    session.connection.write(`${tag} NO [TOOBIG] Literal is too large.\r\n`);
    return;
  }
  session.untagged("BYE [TOOBIG] Too long argument.");
  session.isLoggedOut = true;
}
