import { guardedCall } from "./guarded-call.js";
import type { Transcript } from "./transcript.js";

/** The same transcript, but what it throws is dropped: whoever listens in must not end what is heard. */
export function guardTranscript(transcript: Transcript | undefined): Transcript | undefined {
  if (transcript === undefined) return undefined;
  // There is nowhere left to tell of what it throws.
  return (entry) => guardedCall(transcript, [entry]);
}
