import { ImapClient } from "@mailwright/imap";
import { startFaultProxy, startMailServers } from "@mailwright/testing";

const messages = Array.from({ length: 30 }, (_, n) => "Subject: " + n + "\r\n\r\n" + "x".repeat(50_000));
const mail = await startMailServers({ accounts: [{ user: "ada", password: "x-word", messages }] });
const states = {
  connecting: (imap) => void imap.listFolders().catch(() => {}),
  fetching: (imap) =>
    void imap
      .messages("INBOX", { body: "full" })
      .next()
      .catch(() => {}),
  abandoned: (imap) => void imap.messages("INBOX", { body: "text" }),
  idle: (imap) => void imap.listFolders().catch(() => {}),
  watching: (imap) =>
    void imap
      .watch("INBOX")
      .next()
      .catch(() => {}),
  appending: (imap) => void imap.append("Sent", messages[0]).catch(() => {}),
  downloading: (imap) =>
    void imap.downloadMessage("INBOX", 1).then(
      ({ content }) => content.on("error", () => {}).resume(),
      () => {},
    ),
  lent: (imap) =>
    void imap
      .use("INBOX", async (flow) => {
        await flow.search({ all: true });
        await flow.idle();
      })
      .catch(() => {}),
};
let broken = 0;
for (const start of Object.values(states)) {
  for (const kind of ["fin", "rst"]) {
    for (const delayMs of [0, 5, 15, 40]) {
      const proxy = await startFaultProxy({
        target: { host: "127.0.0.1", port: mail.imap.port },
        bytesPerSecond: 20_000_000,
      });
      const imap = new ImapClient({
        server: { host: "127.0.0.1", port: proxy.port, security: "none" },
        credentials: { user: "ada", password: "x-word" },
        retry: { attempts: 1 },
        timeouts: { connectMs: 1_000, commandMs: 1_000 },
      });
      start(imap);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await proxy.setFaults({ refuse: true, cut: { direction: "toClient", afterBytes: 0, with: kind } });
      await new Promise((resolve) => setTimeout(resolve, 5));
      await Promise.all([imap.close({ graceMs: 50 }), proxy.stop()]);
      broken += 1;
    }
  }
}
await mail.stop();
console.log("broken", broken);
