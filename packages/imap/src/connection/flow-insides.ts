import { MailError } from "@mailwright/core";
import type { ImapFlow } from "imapflow";

/** A method of an ImapFlow. */
type Method = (...args: readonly unknown[]) => unknown;

/** A method that the types of ImapFlow do not show; throws `"unsupported"` for a version without it. */
export function methodOf(flow: ImapFlow, name: string): Method {
  const found: unknown = Reflect.get(flow, name);
  if (typeof found !== "function") throw unknownInsides(name);
  return (...args) => Reflect.apply(found, flow, args);
}

/** The same for an object. */
export function objectOf(flow: ImapFlow, name: string): object {
  const found: unknown = Reflect.get(flow, name);
  if (typeof found !== "object" || found === null) throw unknownInsides(name);
  return found;
}

/** Puts a command of ours in the place of one of ImapFlow's, for one session. */
export function changeCommand(
  flow: ImapFlow,
  name: string,
  command: (...args: readonly unknown[]) => Promise<unknown>,
): void {
  const commands = objectOf(flow, "commands");
  if (!(commands instanceof Map)) throw unknownInsides("commands");
  Reflect.set(flow, "commands", new Map<unknown, unknown>(commands).set(name, command));
}

/** The error for a version of ImapFlow that is made in another way. */
export function unknownInsides(name: string): MailError {
  const message = `This version of imapflow is not supported: it has no ${name}`;
  return new MailError(message, { code: "unsupported", protocol: "imap", phase: "connect" });
}
