import type { Socket } from "node:net";
import { type LineServer, startLineServer } from "@mailwright/suite";

/** A command as a server gets it. */
interface GivenCommand {
  readonly tag: string;
  /** In capitals: `UID FETCH`. */
  readonly name: string;
  /** All of it. */
  readonly line: string;
  readonly socket: Socket;
}

/** How a made-up server answers. */
export interface CommandAnswers {
  readonly capabilities: string;
  /** Messages in every mailbox. */
  readonly exists: number;
  /** By the name of the command, in place of the usual answer; `false` leaves the command without its tagged OK. */
  readonly answers: Readonly<Record<string, (command: GivenCommand) => unknown>>;
  /** Hears of every command before its tagged OK. @defaultValue nothing more is said */
  readonly completing?: ((command: GivenCommand) => unknown) | undefined;
}

/** Starts a server that lets everybody in, opens every mailbox, and answers commands one after the other. */
export function startCommandServer({
  capabilities,
  exists,
  answers,
  completing,
}: CommandAnswers): Promise<LineServer> {
  const open = ({ socket }: GivenCommand): unknown =>
    socket.write(`* ${exists} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT ${exists + 1}] ok\r\n`);
  const usual: CommandAnswers["answers"] = {
    CAPABILITY: ({ socket }) => socket.write(`* CAPABILITY ${capabilities}\r\n`),
    SELECT: open,
    EXAMINE: open,
  };
  return startLineServer(`* OK [CAPABILITY ${capabilities}] ready`, async (line, socket) => {
    const [, tag = "", name = ""] = /^(\S+) ((?:UID )?\S+)/.exec(line) ?? [];
    const command = { tag, name, line, socket };
    const answer = answers[name] ?? usual[name];
    if ((await answer?.(command)) === false) return;
    completing?.(command);
    socket.write(`${tag} OK done\r\n`);
  });
}
