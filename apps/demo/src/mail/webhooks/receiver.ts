import { performance } from "node:perf_hooks";
import { Webhook } from "standardwebhooks";
import { request } from "undici";
import { createCheckedAgent, requireAllowed } from "../checked-agent.js";
import { isPublicAddress } from "../host-policy.js";
import type { MailEnvironment } from "../mail-environment.js";

/** What became of a post; it was taken when there is no error. */
export interface PostOutcome {
  readonly status: number | null;
  readonly error: string | null;
  readonly tookMs: number;
}

/** Whoever listens at a webhook's address. */
export interface Receiver extends AsyncDisposable {
  /**
   * Posts a body, signed as Standard Webhooks has it. `messageId` is the same for each try, so that the receiver knows what it has
   * already. Only an answer of 2xx within the time takes it; a redirect is not followed: it leads past what was checked.
   */
  post(messageId: string, body: string, signal: AbortSignal): Promise<PostOutcome>;
}

const TIMEOUT_MS = 10_000;
/** Of an answer nothing but its status is read. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Reaches a webhook's address, where that is one that this program connects to for strangers. */
export function openReceiver(
  { now, webPolicy = isPublicAddress }: MailEnvironment,
  { url, secret }: { readonly url: string; readonly secret: string },
  timeoutMs: number = TIMEOUT_MS,
): Receiver {
  const dispatcher = createCheckedAgent(webPolicy, timeoutMs);
  const signer = new Webhook(secret);

  async function send(messageId: string, body: string, signal: AbortSignal): Promise<number> {
    requireAllowed(new URL(url), webPolicy);
    const at = now();
    const answer = await request(url, {
      method: "POST",
      dispatcher,
      signal,
      headers: {
        "content-type": "application/json",
        "user-agent": "Mailwright",
        "webhook-id": messageId,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "webhook-signature": signer.sign(messageId, at, body),
      },
      body,
    });
    await answer.body.dump({ limit: MAX_ANSWER_BYTES }).catch(() => {});
    return answer.statusCode;
  }

  return {
    async post(messageId, body, signal) {
      const startedAt = performance.now();
      const timeout = AbortSignal.timeout(timeoutMs);
      const end = (status: number | null, error: string | null): PostOutcome => ({
        status,
        error,
        tookMs: Math.round(performance.now() - startedAt),
      });
      try {
        const status = await send(messageId, body, AbortSignal.any([timeout, signal]));
        return end(status, refusal(status));
      } catch (error) {
        if (timeout.aborted) return end(null, `No answer in ${timeoutMs / 1_000} seconds`);
        return end(null, error instanceof Error ? error.message : String(error));
      }
    },
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy();
    },
  };
}

function refusal(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return `Answered ${status}${status >= 300 && status < 400 ? ", and redirects are not followed" : ""}`;
}
