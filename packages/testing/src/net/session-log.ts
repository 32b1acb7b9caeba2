const MAX_LINE_LENGTH = 200;
const MAX_CHUNK_LENGTH = 2000;
const FIRST_LINES = 50;
const LAST_LINES = 150;
const MAX_SESSIONS = 100;
const LOGIN = /^(\S+ LOGIN \S+ |PASS |APOP \S+ |(?:\S+ )?AUTH(?:ENTICATE)? \S+ )\S.*/i;
const CHALLENGED = /^(?:\S+ )?AUTH(?:ENTICATE)? \S+/i;
const CHALLENGE = /^(?:\+|334)/;

/** What was said in one session, decrypted: the first and the last lines, long ones cut, credentials left out. */
export class SessionLog {
  readonly #title: string;
  readonly #first: string[] = [];
  readonly #last: string[] = [];
  #dropped = 0;
  #open: { readonly side: "C" | "S"; text: string } | undefined;
  #isLoggingIn = false;

  constructor(title: string) {
    this.#title = title;
  }

  client(bytes: Uint8Array | string): void {
    this.#take("C", bytes);
  }

  server(bytes: Uint8Array | string): void {
    this.#take("S", bytes);
  }

  toString(): string {
    const open = this.#open === undefined || this.#open.text === "" ? [] : [this.#format(this.#open)];
    const gap = this.#dropped > 0 ? [`… ${this.#dropped} lines`] : [];
    return [this.#title, ...this.#first, ...gap, ...this.#last, ...open].join("\n  ");
  }

  /** A line may come in many pieces, and a message in few large ones, of which the beginning is enough. */
  #take(side: "C" | "S", bytes: Uint8Array | string): void {
    const length = bytes.length;
    const shown = bytes.slice(0, MAX_CHUNK_LENGTH);
    if (this.#open !== undefined && this.#open.side !== side) this.#close();
    const open = this.#open ?? { side, text: "" };
    const lines = `${open.text}${typeof shown === "string" ? shown : Buffer.from(shown).toString()}`.split(
      "\n",
    );
    const rest = lines.pop() ?? "";
    for (const text of lines) this.#add({ side, text });
    this.#open = { side, text: rest.slice(0, MAX_CHUNK_LENGTH) };
    if (length <= MAX_CHUNK_LENGTH) return;
    this.#close();
    this.#add({ side, text: `… ${length - MAX_CHUNK_LENGTH} more bytes` });
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined && open.text !== "") this.#add(open);
  }

  #add(line: { readonly side: "C" | "S"; readonly text: string }): void {
    const formatted = this.#format(line);
    if (line.side === "C") this.#isLoggingIn ||= CHALLENGED.test(line.text);
    else this.#isLoggingIn &&= CHALLENGE.test(line.text);
    if (this.#first.length < FIRST_LINES) this.#first.push(formatted);
    else this.#last.push(formatted);
    if (this.#last.length <= LAST_LINES) return;
    this.#last.shift();
    this.#dropped += 1;
  }

  #format({ side, text }: { readonly side: "C" | "S"; readonly text: string }): string {
    const line = text.trimEnd();
    const isSecret = side === "C" && this.#isLoggingIn;
    const safe = isSecret ? "…" : side === "C" ? line.replace(LOGIN, "$1…") : line;
    return `${side}: ${safe.length > MAX_LINE_LENGTH ? `${safe.slice(0, MAX_LINE_LENGTH)}…` : safe}`;
  }
}

/** The logs of the last sessions, over all servers, in the order in which they began. */
export class SessionLogs {
  readonly #logs: SessionLog[] = [];
  #count = 0;

  open(protocol: string): SessionLog {
    this.#count += 1;
    const log = new SessionLog(`${protocol} session ${this.#count}`);
    this.#logs.push(log);
    if (this.#logs.length > MAX_SESSIONS) this.#logs.shift();
    return log;
  }

  clear(): void {
    this.#logs.length = 0;
    this.#count = 0;
  }

  toString(): string {
    return this.#logs.join("\n\n");
  }
}
