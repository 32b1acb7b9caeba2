import type { z } from "zod";
import type { JobPayloads } from "../db/enqueue.js";
import type { MailEnvironment } from "../mail/mail-environment.js";
import type { Senders } from "../mail/outbox/senders.js";
import type { AccountHolder } from "../mail/sync/account-holder.js";
import type { WebClients } from "../mail/web-clients.js";

/** What jobs work with. */
export interface JobContext {
  readonly environment: MailEnvironment;
  readonly clients: WebClients;
  readonly holder: AccountHolder;
  readonly senders: Senders;
  /** Of this process; what stands in its leases and claims. */
  readonly workerId: string;
}

/** A kind of job: a file of its own beside this one, listed in `start-jobs.ts`. */
export interface Queue {
  readonly name: keyof JobPayloads;
  /** So many at once in each process. */
  readonly atOnce: number;
  /** After a failure: so often again, after so many seconds, twice as many each time. */
  readonly retry: { readonly limit: number; readonly delaySeconds: number };
  /**
   * What was begun longer ago is taken for lost and handed out again although it may still run. Harmless: what is to be done
   * once stands in rows, and this is only for what a killed process has left.
   */
  readonly expireSeconds: number;
  /** When it is asked for by the clock too, in UTC. */
  readonly cron?: string | undefined;
  /** Checks what the job carries and does it; what it throws is a failure. */
  run(context: JobContext, data: unknown, signal: AbortSignal): Promise<void>;
}

/** What a queue is made from. */
interface QueueDefinition<Name extends keyof JobPayloads> extends Omit<Queue, "run"> {
  readonly name: Name;
  readonly payload: z.ZodType<JobPayloads[Name]>;
  /** The signal is aborted when the program ends and has waited long enough. */
  readonly handle: (context: JobContext, payload: JobPayloads[Name], signal: AbortSignal) => Promise<void>;
}

/** Defines a kind of job. */
export function defineQueue<Name extends keyof JobPayloads>({
  payload,
  handle,
  ...queue
}: QueueDefinition<Name>): Queue {
  return { ...queue, run: async (context, data, signal) => handle(context, payload.parse(data), signal) };
}
