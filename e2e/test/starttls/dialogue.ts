import type { StarttlsCase } from "./starttls-case.js";

/** What a dialogue is in the middle of, for answers that depend on the line before. */
export interface Dialogue {
  readonly play: StarttlsCase;
  readonly isSecure: boolean;
  /** Lines of an AUTH exchange or of a message that are still to come; `undefined` when commands are. */
  awaiting: ((line: string) => string | undefined) | undefined;
  isAuthenticated: boolean;
}

/** An answer; `"upgrade"` first says the text, then starts TLS; `"close"` hangs up after it. */
export interface CorpusAnswer {
  readonly text: string;
  readonly next?: "upgrade" | "close";
}
