import diagnosticsChannel from "node:diagnostics_channel";
import { inspect } from "node:util";
import type { Logger, Transcript } from "@mailwright/core";

const CHANNELS = [
  "mailwright:connection:open",
  "mailwright:connection:close",
  "mailwright:command",
  "mailwright:pool:acquire",
  "mailwright:retry",
  "mailwright:send",
];

/** Everything that a program could print, store or send to an error tracker. */
export class Evidence implements Disposable {
  readonly #texts: { readonly source: string; readonly text: string }[] = [];
  readonly #onEvent = (event: unknown, name: string | symbol): void =>
    this.add(`event ${String(name)}`, event);
  readonly #restore: (() => void)[] = [];

  readonly logger: Logger;
  readonly transcript: Transcript = (entry) => this.add("transcript", entry);

  constructor() {
    const log = (fields: Readonly<Record<string, unknown>>, message: string): void =>
      this.add("log", { ...fields, message });
    this.logger = { debug: log, info: log, warn: log, error: log };
    for (const name of CHANNELS) diagnosticsChannel.subscribe(name, this.#onEvent);
    for (const stream of [process.stdout, process.stderr]) {
      const { write } = stream;
      stream.write = (chunk: string | Uint8Array) => {
        this.#texts.push({ source: "output", text: String(chunk) });
        return true;
      };
      this.#restore.push(() => {
        stream.write = write;
      });
    }
  }

  [Symbol.dispose](): void {
    for (const name of CHANNELS) diagnosticsChannel.unsubscribe(name, this.#onEvent);
    for (const restore of this.#restore) restore();
  }

  /** Takes a value in every form in which it may be written down, its copies by loggers too, and its causes. */
  add(source: string, value: unknown): void {
    const texts = [
      inspect(value, { depth: null, showHidden: true, maxArrayLength: null, maxStringLength: null }),
      inspect(value),
      JSON.stringify(value) ?? "",
      ...(typeof value === "object" ? [inspect({ ...value }), JSON.stringify({ ...value })] : []),
    ];
    if (value instanceof Error) texts.push(value.stack ?? "", String(value), value.message);
    for (const text of texts) this.#texts.push({ source, text });
    if (value instanceof Error && value.cause !== undefined) this.add(`cause of ${source}`, value.cause);
  }

  /** How many texts came from sources that begin like this. */
  count(source: string): number {
    return this.#texts.filter((entry) => entry.source.startsWith(source)).length;
  }

  /** Where one of the needles stands, with what is around it. */
  find(needles: ReadonlyMap<string, string>): string[] {
    return this.#texts.flatMap(({ source, text }) =>
      [...needles]
        .filter(([, needle]) => text.includes(needle))
        .map(([form, needle]) => {
          const at = text.indexOf(needle);
          return `${form} in ${source}: …${text.slice(Math.max(0, at - 60), at + needle.length + 20)}…`;
        }),
    );
  }
}

/** A secret in every form in which it travels or is printed. */
export function formsOf(user: string, secret: string): ReadonlyMap<string, string> {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const bearer = `auth=Bearer ${secret}\x01\x01`;
  const forms = new Map([
    ["the secret", secret],
    ["the secret in JSON", JSON.stringify(secret).slice(1, -1)],
    ["the secret as a quoted string", secret.replaceAll(/["\\]/g, "\\$&")],
    ["the secret as inspected", inspect(secret).slice(1, -1)],
    ["the secret in a URL", encodeURIComponent(secret)],
    ["base64", base64(secret)],
    ["base64 without padding", base64(secret).replace(/=+$/, "")],
    ["base64url", Buffer.from(secret).toString("base64url")],
    ["hexadecimal", Buffer.from(secret).toString("hex")],
    ["the octets as inspected", (Buffer.from(secret).toString("hex").match(/../g) ?? []).join(" ")],
    ["the octets in JSON", [...Buffer.from(secret)].join(",")],
    ["SASL PLAIN", base64(`\0${user}\0${secret}`)],
    ["SASL PLAIN with authorization identity", base64(`${user}\0${user}\0${secret}`)],
    ["SASL XOAUTH2", base64(`user=${user}\x01${bearer}`)],
    ["SASL OAUTHBEARER", base64(`n,a=${user},\x01${bearer}`)],
  ]);
  // Inside longer base64 the secret stands at one of three offsets; its first and last characters mix with neighbours.
  for (const offset of [0, 1, 2]) {
    const shifted = base64(`${"\0".repeat(offset)}${secret}`);
    forms.set(
      `base64 at offset ${offset}`,
      shifted.slice(offset === 0 ? 0 : 4, Math.floor(((offset + Buffer.byteLength(secret)) * 4) / 3 / 4) * 4),
    );
  }
  return forms;
}
