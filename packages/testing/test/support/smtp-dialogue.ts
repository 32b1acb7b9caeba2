import type { LineClient } from "./line-client.js";

/** A client that reads whole replies: lines joined by "|". */
export class SmtpDialogue {
  readonly line: LineClient;

  constructor(line: LineClient) {
    this.line = line;
  }

  async reply(): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.line.hear();
      lines.push(line);
      if (line[3] !== "-") return lines.join("|");
    }
  }

  /** So many replies, the first three characters of each. */
  async codes(count: number): Promise<string[]> {
    const codes: string[] = [];
    while (codes.length < count) codes.push((await this.reply()).slice(0, 3));
    return codes;
  }

  async ask(text: string): Promise<string> {
    this.line.say(text);
    return this.reply();
  }

  async all(...commands: string[]): Promise<string[]> {
    const replies: string[] = [];
    for (const command of commands) replies.push(await this.ask(command));
    return replies;
  }
}
