import type { CorpusAnswer, Dialogue } from "./dialogue.js";

/** What an otherwise usual IMAP server with one folder answers in a case. */
export function answerImap(dialogue: Dialogue, line: string): CorpusAnswer {
  const { play, isSecure } = dialogue;
  if (dialogue.awaiting !== undefined) return { text: dialogue.awaiting(line) ?? "" };
  const [tag = "*", verb = "", ...words] = line.split(" ");
  const command = verb.toLowerCase();
  const withTag = (text: string): string => text.replaceAll("<tag>", tag);
  if ((isSecure ? play.ignoredInTls : play.ignored).has(command)) return { text: "" };
  if (play.hidden.has(command)) return { text: `${tag} BAD no such command\r\n` };
  const override = play.overridden.get(command);
  if (override !== undefined && !isSecure && command !== "starttls") return { text: withTag(override) };
  const refusal = isSecure ? play.overriddenInTls.get(command) : undefined;
  if (refusal !== undefined) return { text: withTag(refusal) };
  const ok = `${tag} OK done\r\n`;

  switch (command) {
    case "capability": {
      const offered = isSecure ? play.capabilitiesInTls : play.capabilities;
      return { text: `* CAPABILITY ${(offered.length > 0 ? offered : ["IMAP4rev1"]).join(" ")}\r\n${ok}` };
    }
    case "starttls": {
      if (isSecure) return { text: `${tag} BAD already\r\n` };
      const text = withTag(play.upgradeAnswer ?? "<tag> OK begin TLS\r\n");
      return play.upgrades ? { text, next: "upgrade" } : { text };
    }
    case "login":
      dialogue.isAuthenticated = true;
      return { text: ok };
    case "authenticate":
      if (words.length > 1) {
        dialogue.isAuthenticated = true;
        return { text: ok };
      }
      dialogue.awaiting = () => {
        const isUser = words[0]?.toUpperCase() === "LOGIN" && !dialogue.isAuthenticated;
        dialogue.isAuthenticated = true;
        if (isUser) return "+ UGFzc3dvcmQ6\r\n";
        dialogue.awaiting = undefined;
        return ok;
      };
      return { text: "+ \r\n" };
    case "list":
    case "lsub":
      return { text: `* ${verb.toUpperCase()} (\\HasNoChildren) "/" INBOX\r\n${ok}` };
    case "namespace":
      return { text: `* NAMESPACE (("" "/")) NIL NIL\r\n${ok}` };
    case "id":
      return { text: `* ID NIL\r\n${ok}` };
    case "status":
      return { text: `* STATUS INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 9 UNSEEN 0 RECENT 0)\r\n${ok}` };
    case "select":
    case "examine":
      return {
        text: `* FLAGS (\\Seen)\r\n* 0 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 9] x\r\n* OK [UIDNEXT 1] x\r\n${ok}`,
      };
    case "compress":
      return { text: `${tag} NO not here\r\n` };
    case "logout":
      return { text: `* BYE\r\n${ok}`, next: "close" };
    default:
      return { text: ok };
  }
}
