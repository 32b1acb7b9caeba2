import { Pop3Client } from "@mailwright/pop3";

const credentials = { user: "ada@example.com", password: process.env["MAIL_PASSWORD"] ?? "" };
await using pop3 = new Pop3Client({ server: { host: "pop.example.com" }, credentials });
await pop3.session(async (box) => {
  const { count, sizeBytes } = await box.stat();
  console.log(count + sizeBytes);
  for await (const { number, uidl, source } of box.messages()) console.log(number, uidl, source.length);
});
