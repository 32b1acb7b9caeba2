import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { DiagnosticEvents } from "@mailwright/core";

/** What is called with the events of each channel. */
export type MailListeners = {
  readonly [Name in keyof DiagnosticEvents]?: (event: DiagnosticEvents[Name]) => void;
};

/** Hears what the clients of this process tell, until the answer is called. */
export function listenToMail(listeners: MailListeners): () => void {
  const listen = <Name extends keyof DiagnosticEvents>(name: Name) => listenTo<Name>(name, listeners[name]);
  const stops = [
    listen("mailwright:connection:open"),
    listen("mailwright:connection:close"),
    listen("mailwright:command"),
    listen("mailwright:pool:acquire"),
    listen("mailwright:pool:throttled"),
    listen("mailwright:retry"),
    listen("mailwright:send"),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function listenTo<Name extends keyof DiagnosticEvents>(
  name: Name,
  listener: ((event: DiagnosticEvents[Name]) => void) | undefined,
): () => void {
  if (listener === undefined) return () => {};
  const hear = (event: unknown): void => {
    if (isEvent<Name>(event)) listener(event);
  };
  subscribe(name, hear);
  return () => void unsubscribe(name, hear);
}

/** What is in it is the word of the package that publishes it. */
function isEvent<Name extends keyof DiagnosticEvents>(event: unknown): event is DiagnosticEvents[Name] {
  return typeof event === "object" && event !== null;
}
