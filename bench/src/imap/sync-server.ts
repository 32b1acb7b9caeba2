import { createCertificates, MailStore, startImapServer } from "@mailwright/testing";

/** An IMAP server with mailboxes of several sizes, and an account of many folders; its port goes to the parent. */
async function main(): Promise<void> {
  const sizes = process.argv.slice(2).map(Number);
  const accounts = sizes.map((size) => ({ user: `${size}`, password: "x" }));
  const store = new MailStore([...accounts, { user: "folders", password: "x" }]);
  for (const size of sizes)
    for (let index = 0; index < size; index++)
      store.deliver(`${size}`, `From: a@example.test\r\nSubject: ${index}\r\n\r\nBody ${index}\r\n`);
  for (let index = store.mailboxes("folders").length; index < 200; index++)
    store.createMailbox("folders", `List ${index}`);
  const server = await startImapServer({ store, tls: await createCertificates() });
  process.once("disconnect", () => void server.stop());
  process.send?.(server.port);
}

await main();
