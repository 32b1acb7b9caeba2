import { MailError, systemClock } from "@mailwright/core";
import { onAbort } from "@mailwright/core/internal";
import type { ImapSession } from "../session/imap-session.js";
import { onClockJump } from "./clock-jump.js";
import type { ResolvedWatchOptions } from "./watch-event.js";

/** Changes that come within this time of each other are looked at together. */
const SETTLE_MS = 20;
/** How long the caller who ends a watch waits for a polite end of the IDLE. */
const FAREWELL_MS = 1_000;

/**
 * Waits by IDLE (RFC 2177) until something changes, the renewal is due or the signal fires; by NOOP where
 * there is no IDLE. The server must end the IDLE in time, or its connection counts as gone.
 */
export async function idleOnce(
  session: ImapSession,
  changes: { readonly isEmpty: boolean },
  options: ResolvedWatchOptions,
): Promise<void> {
  const { renewMs, probeTimeoutMs, pollMs, signal } = options;
  if (!session.can("IDLE")) {
    await pause(pollMs, signal);
    if (!signal.aborted) await lookOnce(session, options);
    return;
  }
  let isStarted = false;
  let isDue = false;
  let isDone = false;
  const giveUpAfter = (delayMs: number): (() => void) =>
    systemClock.schedule(delayMs, () => session.fail(silentPeer(session.connectionId, delayMs)));
  const finish = (): void => {
    isDue = true;
    if (!isStarted || isDone) return;
    isDone = true;
    session.wire.writeLine("DONE");
    cancelProbe = giveUpAfter(probeTimeoutMs);
  };
  let cancelSettle: (() => void) | undefined;
  const settle = (): void => {
    if (isStarted && !changes.isEmpty) cancelSettle ??= systemClock.schedule(SETTLE_MS, finish);
  };
  const stopUnsolicited = session.events.onUnsolicited(settle);
  // Until the server has agreed to idle, the probe's time runs as well.
  let cancelProbe = giveUpAfter(probeTimeoutMs);
  const cancelRenewal = systemClock.schedule(renewMs, finish);
  const stopClock = onClockJump(finish);
  let cancelHurry = (): void => {};
  const stopAbort = onAbort(signal, () => {
    finish();
    cancelHurry = giveUpAfter(Math.min(FAREWELL_MS, probeTimeoutMs));
  });
  try {
    await session.command("IDLE", [], {
      timeoutMs: Number.POSITIVE_INFINITY,
      onPlusTag: () => {
        // One answer too many must not call off the probe for the end of the IDLE.
        if (isStarted) return;
        isStarted = true;
        cancelProbe();
        session.setIdle(true);
        // The renewal may have been due before a slow server agreed.
        if (isDue) finish();
        else settle();
      },
    });
  } finally {
    session.setIdle(false);
    stopUnsolicited();
    stopAbort();
    stopClock();
    for (const cancel of [cancelProbe, cancelRenewal, cancelSettle, cancelHurry]) cancel?.();
  }
}

/** Has the server tell what has changed; the caller who ends the watch does not wait for it. */
async function lookOnce(
  session: ImapSession,
  { probeTimeoutMs, signal }: ResolvedWatchOptions,
): Promise<void> {
  let cancel = (): void => {};
  const stop = onAbort(signal, () => {
    const delayMs = Math.min(FAREWELL_MS, probeTimeoutMs);
    cancel = systemClock.schedule(delayMs, () => session.fail(silentPeer(session.connectionId, delayMs)));
  });
  try {
    await session.command("NOOP", [], { timeoutMs: probeTimeoutMs });
  } finally {
    stop();
    cancel();
  }
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = systemClock.schedule(delayMs, () => {
      stopListening();
      resolve();
    });
    const stopListening = onAbort(signal, () => {
      cancel();
      resolve();
    });
  });
}

function silentPeer(connectionId: string, timeoutMs: number): MailError {
  return new MailError(`The server did not answer within ${timeoutMs} ms (idle)`, {
    code: "timeout",
    protocol: "imap",
    phase: "idle",
    connectionId,
    retryable: true,
    connectionBroken: true,
  });
}
