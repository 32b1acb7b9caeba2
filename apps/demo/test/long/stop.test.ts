import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProcess, startProcess } from "../suites/cli/cli-process.js";

let folder: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-stop-"));
  environment = { MAILWRIGHT_DATA: folder, MAILWRIGHT_PORT: "0" };
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("asked to end, it ends streams, leaves the folder free and exits with 0", async () => {
  const server = startProcess(["serve"], environment);
  const line = await server.line(/^Mailwright is at/);
  const origin = /http:\/\/localhost:\d+/.exec(line)?.[0] ?? "";
  const added = await runProcess(["user", "add", "owner@home.test"], environment, "correct-horse\n");
  expect(added).toMatchObject({ code: 0, stderr: "" });
  const { stdout } = await runProcess(["keys", "create", "reader"], environment);
  const doctor = await runProcess(["doctor"], environment);
  expect(doctor).toMatchObject({ code: 0, stdout: expect.stringMatching(/lock: a running program/) });

  const headers = { authorization: `Bearer ${stdout.trim()}` };
  const stream = await fetch(`${origin}/api/v1/events`, { headers });
  expect(stream.status).toBe(200);
  const read = stream.text().catch(() => "");
  expect(await server.end("SIGTERM")).toBe(0);
  expect(await read).toMatch(/^event: ready/);
  const after = await runProcess(["doctor"], environment);
  expect(after).toMatchObject({ code: 0, stdout: expect.stringMatching(/lock: free/) });
});

test("killed, it leaves a socket behind that holds nobody up, and a lock that is told", async () => {
  const server = startProcess(["serve"], environment);
  await server.line(/^Mailwright is at/);
  await server.end("SIGKILL");
  const refused = await runProcess(["accounts", "list"], environment);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/in use/) });
  // Its successor waits until the lock is free, and answers at the same place.
  const next = startProcess(["serve"], environment);
  await next.line(/^Mailwright is at/);
  const answered = await runProcess(["accounts", "list"], environment);
  expect(answered).toMatchObject({ code: 0, stdout: "" });
  expect(await next.end("SIGINT")).toBe(0);
});

test("apart from each other, serve and worker ask for a database that they can share", async () => {
  for (const argv of [["worker"], ["serve", "--no-worker"]])
    expect(await runProcess(argv, environment)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^DATABASE_URL: [^\n]+\n$/),
    });
});
