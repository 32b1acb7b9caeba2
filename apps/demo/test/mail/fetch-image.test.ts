import { createServer } from "node:http";
import { expect, test } from "vitest";
import { fetchImage } from "../../src/mail/fetch-image.js";

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
  expect(await fetchImage("file:///etc/passwd")).toBeUndefined();
  expect(await fetchImage("not a url")).toBeUndefined();
  expect(hits).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
});
