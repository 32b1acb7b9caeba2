import type { CorpusAnswer, Dialogue } from "./dialogue.js";

/** What an otherwise usual POP3 server with one message answers in a case. */
export function answerPop3(dialogue: Dialogue, line: string): CorpusAnswer {
  const { play, isSecure } = dialogue;
  if (dialogue.awaiting !== undefined) return { text: dialogue.awaiting(line) ?? "" };
  const [verb = "", ...words] = line.split(" ");
  const command = verb.toLowerCase();
  const name = command === "auth" && words.length === 0 ? "authlist" : command;
  if ((isSecure ? play.ignoredInTls : play.ignored).has(command)) return { text: "" };
  if (play.hidden.has(command)) return { text: "-ERR no such command\r\n" };
  const override = play.overridden.get(name);
  if (override !== undefined && !isSecure && command !== "stls") {
    return command === "quit" ? { text: override, next: "close" } : { text: override };
  }

  switch (name) {
    case "capa": {
      const offered = isSecure ? play.capabilitiesInTls : play.capabilities;
      return { text: `+OK\r\n${offered.map((capability) => `${capability}\r\n`).join("")}.\r\n` };
    }
    case "stls": {
      if (isSecure) return { text: "-ERR already\r\n" };
      const text = play.upgradeAnswer ?? "+OK begin TLS\r\n";
      return play.upgrades ? { text, next: "upgrade" } : { text };
    }
    case "authlist":
      return { text: "+OK\r\nPLAIN\r\n.\r\n" };
    case "auth":
      if (words.length > 1) {
        dialogue.isAuthenticated = true;
        return { text: "+OK\r\n" };
      }
      dialogue.awaiting = () => {
        const isUser = words[0]?.toUpperCase() === "LOGIN" && !dialogue.isAuthenticated;
        dialogue.isAuthenticated = true;
        if (isUser) return "+ UGFzc3dvcmQ6\r\n";
        dialogue.awaiting = undefined;
        return "+OK\r\n";
      };
      return { text: "+ \r\n" };
    case "pass":
    case "apop":
      dialogue.isAuthenticated = true;
      return { text: "+OK\r\n" };
    case "stat":
      return { text: "+OK 1 42\r\n" };
    case "list":
      return { text: "+OK\r\n1 42\r\n.\r\n" };
    case "uidl":
      return { text: "+OK\r\n1 genuine\r\n.\r\n" };
    case "quit":
      return { text: "+OK bye\r\n", next: "close" };
    default:
      return { text: "+OK\r\n" };
  }
}
