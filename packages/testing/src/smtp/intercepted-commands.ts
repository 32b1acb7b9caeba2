import type { MaybeAnswer, SmtpAnswers, SmtpPeer } from "./smtp-answers.js";

/** The commands that can be answered before `smtp-server` sees them. */
export const interceptedCommands = [
  "EHLO",
  "HELO",
  "STARTTLS",
  "DATA",
  "RSET",
  "NOOP",
  "VRFY",
  "QUIT",
] as const;

/** One of them. */
export type InterceptedCommand = (typeof interceptedCommands)[number];

/** What the test says to a command; DATA is the server's to refuse where there are no recipients. */
export function chooseFor(
  command: InterceptedCommand,
  answers: SmtpAnswers,
  { argument, peer, hasRecipients }: { argument: string; peer: SmtpPeer; hasRecipients: boolean },
): MaybeAnswer {
  switch (command) {
    case "EHLO":
    case "HELO":
      return answers.ehlo?.(argument, peer);
    case "STARTTLS":
      return answers.starttls?.(peer);
    case "DATA":
      return hasRecipients ? answers.data?.(peer) : undefined;
    case "RSET":
      return answers.rset?.(peer);
    case "NOOP":
      return answers.noop?.(peer);
    case "VRFY":
      return answers.vrfy?.(argument, peer);
    case "QUIT":
      return answers.quit?.(peer);
  }
}
