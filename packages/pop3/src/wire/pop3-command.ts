import { encodeCommand } from "./encode-command.js";

/** A command ready to be written, and how to speak of it. */
export interface Pop3Command {
  /** The verb, for logs and diagnostics. */
  readonly name: string;
  /** For errors: the verb in small letters, or a phase such as `"auth"`. */
  readonly phase: string;
  /** `undefined` when there is nothing to write: the greeting. */
  readonly line: Buffer | undefined;
  /** The line as transcripts may show it. */
  readonly shown: string;
  readonly isMultiline: boolean;
}

/** A command without secrets; throws `"invalid-argument"` for CR, LF or NUL. */
export function createCommand(
  verb: string,
  parameters: readonly (string | number)[] = [],
  options: { readonly isMultiline?: boolean; readonly phase?: string } = {},
): Pop3Command {
  return {
    name: verb,
    phase: options.phase ?? verb.toLowerCase(),
    line: encodeCommand(verb, ...parameters),
    shown: [verb, ...parameters].join(" "),
    isMultiline: options.isMultiline ?? false,
  };
}

/** A command or SASL response that carries a secret; shown masked. */
export function createSecretCommand(name: string, line: Buffer): Pop3Command {
  return { name, phase: "auth", line, shown: `${name} [secret]`, isMultiline: false };
}
