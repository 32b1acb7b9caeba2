import { afterEach, expect, test } from "vitest";
import {
  createCertificates,
  type MailServers,
  startFaultProxy,
  startMailServers,
  startScriptedServer,
} from "../../src/index.js";

let mail: MailServers | undefined;
afterEach(async () => {
  await mail?.stop();
  mail = undefined;
});

const user = "ada";
const password = "x";

test.each<[object, string]>([
  [{ acounts: [] }, "startMailServers has no option acounts; did you mean accounts?"],
  [{ profile: "gmial" }, "There is no profile gmial; did you mean gmail?"],
  [{ profile: "outlook" }, "There is no profile outlook; there are gmail, "],
  [
    { accounts: [{ user, password, adress: "a@b" }] },
    "An account has no option adress; did you mean address?",
  ],
  [
    { accounts: [{ user, password, messages: [{ raw: "x", flag: [] }] }] },
    "A message of an account has no option flag; did you mean flags?",
  ],
  [
    { accounts: [{ user, password, mailboxes: [{ path: "A", specialuse: "\\Sent" }] }] },
    "A mailbox of an account has no option specialuse; did you mean specialUse?",
  ],
  [{ imap: { quirk: {} } }, "imap has no option quirk; did you mean quirks?"],
  [
    { imap: { quirks: { omitUIDNext2: true } } },
    "imap.quirks has no option omitUIDNext2; did you mean omitUidNext?",
  ],
  [
    { imap: { disable: ["CONDSTOR"] } },
    "The IMAP server has no capability CONDSTOR; did you mean CONDSTORE?",
  ],
  [{ imap: { enable: ["COMPRESS"] } }, "The IMAP server has no capability COMPRESS; there are "],
  [{ pop3: { quirks: { zeroSize: true } } }, "pop3.quirks has no option zeroSize; did you mean zeroSizes?"],
  [{ pop3: { disable: ["UIDLS"] } }, "The POP3 server has no feature UIDLS; did you mean UIDL?"],
  [
    { smtp: { answers: { rcptTo: () => undefined } } },
    "smtp.answers has no option rcptTo; did you mean rcpt?",
  ],
  [{ smtp: { disable: ["PIPELINE"] } }, "The SMTP server has no feature PIPELINE; did you mean PIPELINING?"],
  [{ smtp: { maxMessageByte: 1 } }, "smtp has no option maxMessageByte; did you mean maxMessageBytes?"],
])("%j is refused with what was probably meant", async (options, told) => {
  await expect(startMailServers(options)).rejects.toThrow(told);
});

test("what is misspelt later is refused too, and changes nothing", async () => {
  mail = await startMailServers({ accounts: [{ user, password }] });
  const { imap, store } = mail;
  expect(() => imap.configure({ quirks: { silentIdel: true } as object })).toThrow(
    "did you mean silentIdle?",
  );
  expect(() => store.deliver(user, "x", { flag: [] } as object)).toThrow("did you mean flags?");
  expect(() => store.updateAccount(user, { pasword: "p" } as object)).toThrow("did you mean password?");
  expect(() => mail?.waitForMessages({ timeout: 1 } as object)).toThrow("did you mean timeoutMs?");
  expect(store.messages(user)).toEqual([]);
});

test("proxies, scripts and certificates are as strict", async () => {
  const target = { host: "127.0.0.1", port: 1 };
  const proxy = { target, latency: 5 };
  await expect(startFaultProxy(proxy)).rejects.toThrow("did you mean latencyMs?");
  const script = { chunkng: "bytes" };
  await expect(startScriptedServer("S: x", script as object)).rejects.toThrow("did you mean chunking?");
  await expect(createCertificates({ flaw: "expird" as "expired" })).rejects.toThrow("did you mean expired?");
});
