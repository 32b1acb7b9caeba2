import { type Channel, channel } from "node:diagnostics_channel";
import type { MailError, MailProtocol } from "../errors/mail-error.js";

/** The channels of `node:diagnostics_channel` that Mailwright publishes on, with their payloads. */
export interface DiagnosticEvents {
  /** A connection is logged in and ready to be used, or could not be made. */
  "mailwright:connection:open": {
    readonly protocol: MailProtocol;
    readonly connectionId: string;
    readonly durationMs: number;
    readonly error?: MailError | undefined;
  };
  /** A connection is being closed; `reason` is for people. */
  "mailwright:connection:close": {
    readonly protocol: MailProtocol;
    readonly connectionId: string;
    readonly reason: string;
  };
  /** A command was answered, or failed. Names only, never arguments. */
  "mailwright:command": {
    readonly protocol: MailProtocol;
    readonly connectionId: string;
    readonly command: string;
    readonly durationMs: number;
    readonly error?: MailError | undefined;
  };
  /** A caller got a connection from a pool, or gave up. */
  "mailwright:pool:acquire": {
    readonly key: string;
    readonly connectionId?: string | undefined;
    readonly waitMs: number;
    readonly isReused: boolean;
    readonly error?: MailError | undefined;
  };
  /** A server said "too many connections": the key may have `effectiveCap` of them from now on. */
  "mailwright:pool:throttled": {
    readonly key: string;
    readonly effectiveCap: number;
    readonly error: MailError;
  };
  /** A try failed, and another follows after `delayMs`. */
  "mailwright:retry": {
    readonly protocol: MailProtocol;
    readonly attempt: number;
    readonly delayMs: number;
    readonly error: MailError;
  };
  /** A message was handed to a server, or not; `status` as in `DeliveryResult`. */
  "mailwright:send": {
    readonly messageId: string;
    readonly status: string;
    readonly recipients: number;
    readonly attempts: number;
    readonly durationMs: number;
  };
}

const channels: { readonly [Name in keyof DiagnosticEvents]: Channel } = {
  "mailwright:connection:open": channel("mailwright:connection:open"),
  "mailwright:connection:close": channel("mailwright:connection:close"),
  "mailwright:command": channel("mailwright:command"),
  "mailwright:pool:acquire": channel("mailwright:pool:acquire"),
  "mailwright:pool:throttled": channel("mailwright:pool:throttled"),
  "mailwright:retry": channel("mailwright:retry"),
  "mailwright:send": channel("mailwright:send"),
};

/** Whether anybody listens on a channel; for events that take some effort to observe. */
export function hasSubscribers(name: keyof DiagnosticEvents): boolean {
  return channels[name].hasSubscribers;
}

/** Publishes an event when somebody listens; the payload is not even built when nobody does. */
export function publishDiagnostic<Name extends keyof DiagnosticEvents>(
  name: Name,
  payload: () => DiagnosticEvents[Name],
): void {
  const target = channels[name];
  if (target.hasSubscribers) target.publish(payload());
}
