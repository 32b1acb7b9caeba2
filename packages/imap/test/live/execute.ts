import type { ImapFlow } from "imapflow";
import type { WireArgument } from "../../src/wire/wire-argument.js";

/** Sends a command that the client has no method for. */
export async function execute(flow: ImapFlow, command: string, ...args: readonly Argument[]): Promise<void> {
  const exec: unknown = Reflect.get(flow, "exec");
  if (typeof exec !== "function") throw new Error("This ImapFlow has no exec");
  const answer: { next(): void } = await Reflect.apply(exec, flow, [command, args.map(toWire), {}]);
  answer.next();
}

type Argument = string | readonly Argument[];

function toWire(value: Argument): WireArgument {
  if (typeof value !== "string") return value.map(toWire);
  return { type: /^\\?\w+$/.test(value) ? "ATOM" : "STRING", value };
}
