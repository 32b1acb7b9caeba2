import { LineClient } from "./line-client.js";

/** Hears a whole reply and gives its first three digits. */
async function hearCode(client: LineClient): Promise<string> {
  for (;;) {
    const line = await client.hear();
    if (line[3] !== "-") return line.slice(0, 3);
  }
}

/** Sends one message and returns the codes that the server answered with, the greeting's first. */
export async function sendMail(
  port: number,
  {
    from = "app@client.test",
    to = ["ada@example.test"],
    raw = "Subject: Hello\r\n\r\nhello\r\n",
    login,
  }: {
    from?: string;
    to?: readonly string[];
    raw?: string;
    login?: readonly [user: string, password: string];
  } = {},
): Promise<string[]> {
  const client = await LineClient.dial(port);
  const commands = [
    "EHLO client.test",
    ...(login ? [`AUTH PLAIN ${Buffer.from(`\0${login.join("\0")}`).toString("base64")}`] : []),
    `MAIL FROM:<${from}>`,
    ...to.map((address) => `RCPT TO:<${address}>`),
    "DATA",
    `${raw}.`,
    "QUIT",
  ];
  const codes = [await hearCode(client)];
  for (const command of commands) {
    client.say(command);
    codes.push(await hearCode(client));
  }
  client.close();
  return codes;
}
