import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";
import { LineClient } from "../support/line-client.js";

const messages = [
  "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nthe soft =\nline and padding  \n",
  "Content-Type: message/rfc822\n\nSubject: =?utf-8?Q?inner_gr=C3=BC=C3=9Fe?=\n\nbody\n",
  "Content-Type: text/plain\nContent-Transfer-Encoding: (as) Base64 (usual)\n\naGlkZGVuIHdvcmRz\n",
  "Date: Fri, 21 Nov 97 09:55:06 -0600\nSubject: old\n\nx\n",
  "Date: 1 Jan 07 09:55 +0000\nSubject: newer\n\nx\n",
];

let mail: MailServers;
let client: LineClient;
beforeAll(async () => {
  mail = await startMailServers({ accounts: [{ user: "ada", password: "x", messages }] });
  client = await LineClient.dial(mail.imap.port);
  await client.hear();
  await client.ask("a LOGIN ada x");
  client.say("b SELECT INBOX");
  while (!(await client.hear()).startsWith("b ")) {}
});
afterAll(async () => {
  client.close();
  await mail.stop();
});

test.each([
  ['TEXT "soft line"', "1"],
  ['BODY "padding  "', ""],
  ['CHARSET UTF-8 BODY "inner gr\u00fc\u00dfe"', "2"],
  ['BODY "hidden words"', "3"],
  ["SENTON 21-Nov-1997", "4"],
  ["SENTSINCE 1-Jan-2007", "5"],
  ["SENTBEFORE 1-Jan-1998", "4"],
])("SEARCH %s finds %j", async (criteria, found) => {
  client.say(`c SEARCH ${criteria}`);
  expect(await client.hear()).toBe(`* SEARCH${found && ` ${found}`}`);
  expect(await client.hear()).toMatch(/^c OK/);
});
