import { randomUUID } from "node:crypto";
import type { MailEnvironment } from "../mail/mail-environment.js";
import { Senders } from "../mail/outbox/senders.js";
import { AccountHolder } from "../mail/sync/account-holder.js";
import type { WebClients } from "../mail/web-clients.js";
import { accountHold } from "./account-hold.js";
import { flagsPush } from "./flags-push.js";
import { LookLoop } from "./look-loop.js";
import { maintain } from "./maintain.js";
import { outboxReconcile } from "./outbox-reconcile.js";
import { outboxSend } from "./outbox-send.js";
import { openBoss, prepareQueues } from "./prepare-queues.js";
import type { Queue } from "./queue.js";
import { QueueWorker } from "./queue-worker.js";
import { sweeps } from "./sweeps.js";
import { webhookDeliver } from "./webhook-deliver.js";

/** How jobs are done. */
export interface JobOptions {
  /** Of this process; what stands in its leases and claims. */
  readonly workerId?: string | undefined;
  /** Between two passes over what a server does not tell of by itself. */
  readonly pollMs?: number | undefined;
}

/** Jobs under way; disposed of, they end in order. */
export interface Jobs extends AsyncDisposable {
  /** So many accounts this process holds. */
  readonly held: number;
  stop(): Promise<void>;
}

const MAINTAIN_AFTER_SECONDS = 300;
const QUEUES: readonly Queue[] = [
  accountHold,
  flagsPush,
  outboxSend,
  outboxReconcile,
  webhookDeliver,
  maintain,
];

/**
 * Does what is to be done, until it is stopped: holds accounts, sends what is due, looks after what is in doubt. Any number of these
 * may run, on any number of machines: rows, leases and claims decide who does what, and what starts the work proves nothing.
 */
export async function startJobs(
  environment: MailEnvironment,
  clients: WebClients,
  { workerId = randomUUID(), pollMs }: JobOptions = {},
): Promise<Jobs> {
  const { database } = environment;
  await prepareQueues(database, QUEUES);
  const boss = await openBoss(database);
  const holder = new AccountHolder(environment, { holder: workerId, pollMs });
  const senders = new Senders(environment);
  const context = { environment, clients, holder, senders, workerId };
  // For a program that does not run at night; not at once, because people wait for their mail.
  await boss.send(maintain.name, {}, { startAfter: MAINTAIN_AFTER_SECONDS });
  const workers = QUEUES.map((queue) => new QueueWorker(boss, queue, context));
  const loops = sweeps.map(({ everyMs, run }) => new LookLoop(everyMs, () => run(database)));
  let stopped: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    await Promise.all(loops.map((loop) => loop.stop()));
    await Promise.all(workers.map((worker) => worker.stop()));
    await senders.close();
    await holder.stop();
    await boss.stop({ graceful: false });
  };
  const stop = (): Promise<void> => {
    stopped ??= stopAll();
    return stopped;
  };
  return {
    get held() {
      return holder.size;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
