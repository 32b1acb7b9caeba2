import { guardedCall } from "./guarded-call.js";
import type { Transcript } from "./transcript.js";

const guarded = new WeakMap<Transcript, Transcript>();

/**
 * The same transcript, but what it throws is dropped: whoever listens in must not end what is heard. One and the same for
 * the same transcript, so that it does not tell connections apart.
 */
export function guardTranscript(transcript: Transcript | undefined): Transcript | undefined {
  if (transcript === undefined) return undefined;
  const known = guarded.get(transcript);
  if (known !== undefined) return known;
  // There is nowhere left to tell of what it throws.
  const guard: Transcript = (entry) => guardedCall(transcript, [entry]);
  guarded.set(transcript, guard);
  return guard;
}
