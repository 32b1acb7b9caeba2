/**
 * A worker that holds accounts and sends, and that ends itself or stands still at a point of its environment's choice, as if it were
 * killed or its machine slept there. A program of its own, on the compiled files, since a process is what is killed.
 */
import net from "node:net";
import pg from "pg";
import { openDatabase } from "../../dist/db/open-database.js";
import { startJobs } from "../../dist/jobs/start-jobs.js";
import { WebClients } from "../../dist/mail/web-clients.js";
import { WireLog } from "../../dist/mail/wire-log.js";
import { createKeyring } from "../../dist/store/envelope.js";

const {
  DATABASE_URL: url = "",
  SMTP_PORT: smtpPort,
  LEASE_SECONDS: leaseSeconds,
  NAME: workerId,
  POINT: point = "",
  ACTION: action = "SIGKILL",
} = process.env;
const CLAIM = /^update "outbox" set "state" = \$1, "epoch" = \$2, "holder" = \$3/;
const LEDGER = /^insert into "outbox_attempts"/;
const FINISH = /on conflict/;
const CURSOR = /^update "folders" set "cursor"/;
const RENEWAL = /^\s*update leases set expires_at/;
const END = "\r\n.\r\n";
let isReached = false;

function reach(name) {
  if (name !== point || isReached) return;
  isReached = true;
  process.kill(process.pid, action);
}

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (...given) {
  const text = typeof given[0] === "string" ? given[0] : given[0]?.text;
  if (CLAIM.test(text)) {
    reach("before claim");
    this.pointAfterCommit = "after claim";
  }
  if (LEDGER.test(text)) {
    const isFinish = FINISH.test(text);
    if (isFinish) reach("before finish");
    this.pointAfterCommit = isFinish ? "after finish" : "after begin";
  }
  // What a server told is stored then, and the library not yet told so.
  if (CURSOR.test(text)) this.pointAfterCommit = "before acknowledge";
  if (RENEWAL.test(text)) reach("lease renew");
  const answer = query.apply(this, given);
  if (text === "commit" && this.pointAfterCommit !== undefined) {
    const name = this.pointAfterCommit;
    this.pointAfterCommit = undefined;
    // A connection that broke is the program's to deal with, which hears of it as well.
    answer.then(
      () => reach(name),
      () => {},
    );
  }
  return answer;
};

const { write } = net.Socket.prototype;
net.Socket.prototype.write = function (chunk, ...rest) {
  if (String(this.remotePort) !== smtpPort || isReached) return write.call(this, chunk, ...rest);
  const text = Buffer.from(chunk).toString("latin1");
  if (point === "mid-body" && text.includes("The body of "))
    return write.call(this, chunk.subarray(0, chunk.length / 2), () => reach("mid-body"));
  if (point === "after dot" && text.endsWith(END)) return write.call(this, chunk, () => reach("after dot"));
  return write.call(this, chunk, ...rest);
};

const database = await openDatabase({ url, stalledAfterMs: Number(leaseSeconds) * 1_000 });
const environment = {
  database,
  keyring: createKeyring([{ id: "k1", key: Buffer.alloc(32, 7) }]),
  wireLog: new WireLog(),
  leaseSeconds: Number(leaseSeconds),
  now: () => new Date(),
};
const clients = new WebClients(environment);
const jobs = await startJobs(environment, clients, { workerId });
process.stdout.write("ready\n");
process.once("SIGTERM", async () => {
  await jobs.stop();
  await clients.close();
  await database.close();
});
