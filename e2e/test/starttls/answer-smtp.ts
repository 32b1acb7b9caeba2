import type { CorpusAnswer, Dialogue } from "./dialogue.js";

/** What an otherwise usual submission server answers in a case. */
export function answerSmtp(dialogue: Dialogue, line: string): CorpusAnswer {
  const { play, isSecure } = dialogue;
  if (dialogue.awaiting !== undefined) return { text: dialogue.awaiting(line) ?? "" };
  const [verb = "", ...words] = line.split(" ");
  const command = verb.toLowerCase();
  if ((isSecure ? play.ignoredInTls : play.ignored).has(command)) return { text: "" };
  if (play.hidden.has(command)) return { text: "502 no such command\r\n" };
  const override = play.overridden.get(command);
  if (override !== undefined && !isSecure && command !== "starttls") {
    return command === "quit" || override.startsWith("421")
      ? { text: override, next: "close" }
      : { text: override };
  }

  switch (command) {
    case "ehlo": {
      const lines = ["example.org", ...(isSecure ? play.capabilitiesInTls : play.capabilities)];
      return {
        text: lines.map((text, index) => `250${index + 1 < lines.length ? "-" : " "}${text}\r\n`).join(""),
      };
    }
    case "starttls": {
      if (isSecure) return { text: "503 already\r\n" };
      const text = play.upgradeAnswer ?? "220 begin TLS\r\n";
      if (play.upgrades) return { text, next: "upgrade" };
      return text.startsWith("421") ? { text, next: "close" } : { text };
    }
    case "auth":
      if (words.length > 1) {
        dialogue.isAuthenticated = true;
        return { text: "235 welcome\r\n" };
      }
      dialogue.awaiting = () => {
        const isUser = words[0]?.toUpperCase() === "LOGIN" && !dialogue.isAuthenticated;
        dialogue.isAuthenticated = true;
        if (isUser) return "334 UGFzc3dvcmQ6\r\n";
        dialogue.awaiting = undefined;
        return "235 welcome\r\n";
      };
      return { text: "334 \r\n" };
    case "data":
      dialogue.awaiting = (text) => {
        if (text !== ".") return undefined;
        dialogue.awaiting = undefined;
        return "250 queued\r\n";
      };
      return { text: "354 go on\r\n" };
    case "quit":
      return { text: "221 bye\r\n", next: "close" };
    default:
      return { text: "250 fine\r\n" };
  }
}
