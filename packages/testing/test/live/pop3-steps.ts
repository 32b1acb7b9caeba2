import { createRandom } from "./generate-steps.js";

/** One command of a POP3 session; `"<reconnect>"` stands for a new session, `"<cut>"` for one without QUIT before. */
export type Pop3Step = string;

/** What a POP3 user and a careless program say, by hand. */
export const handWrittenPop3Steps: readonly Pop3Step[] = [
  ...["STAT", "LIST", "UIDL", "LIST 1", "UIDL 1", "LIST 0", "LIST 9999", "LIST x", "LIST -1", "LIST 1 2"],
  ...["RETR 1", "retr 2", "RETR", "RETR 0", "RETR 9999", "RETR 99999999999999999999", "RETR a"],
  ...[
    "TOP 1 0",
    "TOP 1 1",
    "TOP 1 9999",
    "TOP 2 2",
    "TOP 1",
    "TOP",
    "TOP 1 -1",
    "TOP 1 a",
    "TOP 0 1",
    "TOP 1 1 1",
  ],
  ...["NOOP", "DELE 1", "DELE 1", "RETR 1", "TOP 1 1", "LIST 1", "UIDL 1", "LIST", "UIDL", "STAT"],
  ...["RSET", "STAT", "LIST", "DELE", "DELE 0", "DELE 9999", "DELE x", "XYZZY", "USER other", "PASS other"],
  ...["DELE 2", "DELE 3", "<cut>", "STAT", "LIST"],
  ...["DELE 2", "DELE 4", "STAT", "<reconnect>", "STAT", "LIST", "UIDL", "RETR 1", "RETR 2", "RETR 3"],
  ...["DELE 1", "RSET", "<reconnect>", "STAT", "UIDL", "<reconnect>"],
];

/** A session of any length, the same for the same seed; about one command in thirty ends it. */
export function generatePop3Steps(seed: number, count: number, messages: number): Pop3Step[] {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const message = (): number => below(messages + 2);
  const makers: readonly (() => Pop3Step)[] = [
    () => "STAT",
    () => "LIST",
    () => "UIDL",
    () => `LIST ${message()}`,
    () => `UIDL ${message()}`,
    ...Array.from({ length: 6 }, () => () => `RETR ${message()}`),
    ...Array.from({ length: 3 }, () => () => `TOP ${message()} ${below(12)}`),
    () => `DELE ${message()}`,
    () => "RSET",
    () => "NOOP",
    () => ["LIST x", "RETR", "DELE", "TOP 1", "WHAT", "stat"][below(6)] ?? "NOOP",
  ];
  return Array.from({ length: count }, () => {
    const lot = random();
    if (lot < 0.02) return "<reconnect>";
    if (lot < 0.04) return "<cut>";
    return (makers[below(makers.length)] ?? (() => "NOOP"))();
  });
}

/**
 * Sessions that begin before the login; `{user}` and `{plain}` are the account's name and its AUTH PLAIN response. A
 * refused login is the last of its session: Dovecot lets the next one wait for seconds.
 */
export const authorizationSessions: readonly (readonly Pop3Step[])[] = [
  ["STAT", "RETR 1", "QUIT"],
  ["USER {user}", "PASS wrong", "QUIT"],
  ["USER nobody-at-all", "PASS wrong", "QUIT"],
  ["PASS {password}", "QUIT"],
  ["USER {user}", "QUIT"],
  ["USER {user}", "PASS {password}", "STAT", "QUIT"],
  ["AUTH PLAIN {plain}", "STAT", "QUIT"],
  ["AUTH PLAIN", "{plain}", "STAT", "QUIT"],
  ["AUTH plain {plain}", "QUIT"],
  ["AUTH PLAIN", "*", "USER {user}", "PASS {password}", "QUIT"],
  ["AUTH PLAIN AGFkYQB3cm9uZw==", "QUIT"],
  ["AUTH PLAIN =", "QUIT"],
  ["APOP {user} 00000000000000000000000000000000", "QUIT"],
  ["USER {user}", "PASS {password}", "USER {user}", "AUTH PLAIN {plain}", "STLS", "NOOP", "QUIT"],
  ["AUTH NOPE", "QUIT"],
];
