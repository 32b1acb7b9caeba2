import type { lookup } from "node:dns/promises";
import { createServer } from "node:http";
import { expect, test, vi } from "vitest";
import { fetchImage } from "../../src/mail/fetch-image.js";

// One name that has a public address and one of this machine's network; what else is asked is answered as ever.
vi.mock("node:dns/promises", async (original) => {
  const actual = await original<{ lookup: typeof lookup }>();
  const both = [
    { address: "127.0.0.1", family: 4 },
    { address: "10.0.0.1", family: 4 },
  ];
  return {
    lookup: (host: string, options: object) => (host === "both.test" ? both : actual.lookup(host, options)),
  };
});

test("an address of this machine or its network is never asked, however it is written", async () => {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.url ?? "");
    response.end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  for (const host of [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "0x7f.0.0.1",
    "0177.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
  ])
    expect(await fetchImage(`http://${host}:${port}/${host}`), host).toBeUndefined();
  // One allowed address among others is not enough: any of them may be connected to.
  const isFirst = (candidate: string) => candidate === "127.0.0.1";
  expect(await fetchImage(`http://both.test:${port}/both`, isFirst)).toBeUndefined();
  expect(await fetchImage("file:///etc/passwd")).toBeUndefined();
  expect(await fetchImage("not a url")).toBeUndefined();
  expect(hits).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
});
