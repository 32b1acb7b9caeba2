/** One line or chunk of the conversation with a server, secrets masked. */
export interface TranscriptEntry {
  readonly connectionId: string;
  readonly direction: "client" | "server";
  readonly text: string;
}

/** Receives the wire conversation; meant for finding faults, not for production logs. */
export type Transcript = (entry: TranscriptEntry) => void;
