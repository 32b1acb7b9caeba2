import { stuffDots } from "./message-lines.js";
import type { Pop3Output } from "./output.js";
import type { Pop3Answer, Pop3ClientCommand } from "./pop3-server-options.js";
import type { Pop3SessionContext } from "./session-context.js";

/** What the test's hook wants said; `undefined` when there is no hook, it has nothing to say, or it threw. */
export async function askHook(
  { options, store }: Pop3SessionContext,
  command: Pop3ClientCommand,
): Promise<Pop3Answer | undefined> {
  if (options.answer === undefined) return undefined;
  try {
    const told = await options.answer(command);
    if (typeof told !== "string") return told;
    return told === "drop" ? { close: true } : { status: told };
  } catch (error) {
    store.reportError(error);
    return undefined;
  }
}

/** Says what the hook wants; returns whether that was all, and the command has no effect. */
export function sayAnswer(output: Pop3Output, answer: Pop3Answer): boolean {
  const { before = [], status, lines, close = false } = answer;
  for (const line of before) output.say(`${line}\r\n`);
  if (status !== undefined) output.say(`${status}\r\n`);
  if (lines !== undefined) {
    const text = lines.map((line) => `${line}\r\n`).join("");
    output.say(stuffDots(Buffer.from(text)));
    output.say(".\r\n");
  }
  return status !== undefined || close;
}
