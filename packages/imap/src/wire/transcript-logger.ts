import type { Transcript } from "@mailwright/core";
import type { SessionRedactor } from "./session-redactor.js";

/** The part of ImapFlow's logger that carries the conversation. */
export interface FlowLogger {
  trace(entry: object): void;
  debug(entry: object): void;
  info(entry: object): void;
  warn(entry: object): void;
  error(entry: object): void;
}

/** Turns ImapFlow's log into a transcript. ImapFlow hides secrets and literals; the redactor masks echoes. */
export function transcriptLogger(
  transcript: Transcript,
  connectionId: string,
  redactor: SessionRedactor,
): FlowLogger {
  const take = (entry: object): void => {
    const side: unknown = Reflect.get(entry, "src");
    const text: unknown = Reflect.get(entry, "msg");
    if ((side !== "c" && side !== "s") || typeof text !== "string") return;
    const direction = side === "c" ? "client" : "server";
    transcript({ connectionId, direction, text: redactor.text(text) });
  };
  const ignore = (): void => {};
  return { trace: take, debug: take, info: ignore, warn: ignore, error: take };
}
