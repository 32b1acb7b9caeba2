/** What a bounce says about one recipient, in its own words. */
export interface RecipientWords {
  readonly recipient: string;
  readonly words: string;
}

const ADDRESS = "[^\\s<>\"'()\\[\\],;:@]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?";
/** The address opens the line; what follows are words about it. */
const LEADING = new RegExp(
  `^[\\s*"'-]{0,20}<?(?:mailto:|RFC822;\\s?)?(${ADDRESS})["'>]{0,2}(?=[\\s:.,(\\[>]|$)`,
  "i",
);
/** An address of X.400 with that of the Internet in it, as gateways write it: `c=US;a= ;p=x;dda:SMTP=ada@example.org;` */
const X400 = new RegExp(`[;/](?:dda:)?(?:SMTP|RFC-?822)[=:](${ADDRESS})`, "i");
/** A line of a transcript: `550 5.1.1 <ada@example.org>... User unknown`. */
const TRANSCRIPT = new RegExp(
  `^[\\s<]{0,8}[45]\\d\\d[ -](?:[45]\\.\\d\\.\\d{1,3} )?<?(${ADDRESS})>?\\.\\.\\.`,
  "i",
);
/** Words that introduce the address of a recipient further on in a line. */
const CUED = new RegExp(
  `(?:\\bto|recipients?|users?|address(?:es)?|mailbox|account|rcpt to|errors|user unknown)\\b(?:(?!\\bfrom\\b)[^@<]){0,40}[:<\\s"'(](${ADDRESS})|: <?(${ADDRESS})>?\\s*$`,
  "i",
);
/** How Sendmail, Postfix and Exim tell of the address that an alias stands for. */
const ALIAS = new RegExp(`\\((?:expanded|generated) from:?\\s{0,20}<?(${ADDRESS})`, "i");
const HEADING = /\bfollowing (?:e-?mail |mail )?(?:recipient|address|user|mailbox)[^:]{0,200}:?\s*$/i;
const ANYWHERE = new RegExp(`(?:^|(?<!\\bfrom:? ?)[\\s<"'(:])(${ADDRESS})`, "i");
const NONE: ReadonlySet<string> = new Set();
const MAX_WORD_LINES = 60;

/**
 * Finds the recipients in the lines of a bounce and the words that go with each. `excluded` are addresses that are
 * known to be others', such as the sender's.
 */
export function findRecipientWords(
  lines: readonly string[],
  known: readonly string[],
  excluded: ReadonlySet<string>,
): RecipientWords[] {
  const finders = [
    (line: string): string | undefined => leadingAddress(line, known) ?? X400.exec(line)?.[1],
    (line: string): string | undefined => TRANSCRIPT.exec(line)?.[1],
    cuedAddress,
  ];
  // What is said above "the following recipients" is about the message.
  const heading = lines.findIndex((line) => HEADING.test(line));
  for (const find of finders) {
    const below = collect(lines.slice(heading + 1), find, excluded);
    const found = withoutStaff(below.length > 0 ? below : collect(lines, find, excluded));
    if (found.length > 0) return found;
  }
  // Who writes to himself is sender and recipient.
  return collect(lines, (line) => leadingAddress(line, known), NONE);
}

function collect(
  lines: readonly string[],
  find: (line: string) => string | undefined,
  excluded: ReadonlySet<string>,
): RecipientWords[] {
  const found = new Map<string, string[]>();
  let words: string[] | undefined;
  for (const line of lines) {
    const address = find(line);
    if (address !== undefined && !excluded.has(address.toLowerCase())) {
      words = found.get(address) ?? [];
      found.set(address, words);
    }
    if (words !== undefined && words.length < MAX_WORD_LINES) addLine(words, line);
  }
  return withoutFragments([...found].map(([recipient, spoken]) => ({ recipient, words: spoken.join("\n") })));
}

/** QUIRK: Office 365 draws a table of the way that a message took, in which the end of an address is cut off. */
function withoutFragments(found: RecipientWords[]): RecipientWords[] {
  const whole = found.filter(({ recipient }) => recipient.includes(".", recipient.indexOf("@")));
  return whole.length > 0 ? whole : found;
}

/** Systems that wrap their lines indent what goes on. */
function addLine(words: string[], line: string): void {
  const last = words.length - 1;
  if (last >= 0 && /^[ \t]+\S/.test(line) && words[last] !== "") words[last] += ` ${line.trim()}`;
  else words.push(line.trim());
}

/** The address that the sender wrote to, where the words say that another one was made of it. */
export function aliasIn(words: string): string | undefined {
  return ALIAS.exec(words)?.[1];
}

function cuedAddress(line: string): string | undefined {
  const [, afterCue, atEnd] = CUED.exec(line) ?? [];
  return afterCue ?? atEnd ?? aliasIn(line);
}

/** Whom to ask is in many a bounce; only when nobody else is named is it about them. */
function withoutStaff(found: readonly RecipientWords[]): RecipientWords[] {
  const others = found.filter(({ recipient }) => !STAFF.test(recipient));
  return others.length > 0 ? others : [...found];
}

/** Addresses of those who run a mail system are in many a bounce. */
const STAFF = /^(?:mailer-daemon|postmaster|abuse|support|help|info|admin)/i;

/** The addresses anywhere in the lines of a bounce, when nothing says which is the recipient. */
export function findAnyAddress(lines: readonly string[], excluded: ReadonlySet<string>): RecipientWords[] {
  const any = (line: string): string | undefined => {
    const address = ANYWHERE.exec(line)?.[1];
    return address === undefined || STAFF.test(address) ? undefined : address;
  };
  return collect(lines, any, excluded);
}

/** Names of local recipients below a heading, when the reporting system leaves its own domain out. */
export function findBareNames(lines: readonly string[], domain: string | undefined): RecipientWords[] {
  const heading = lines.findIndex((line) => HEADING.test(line));
  if (domain === undefined || heading < 0) return [];
  const bare = (line: string): string | undefined => {
    const name = /^[\s<"']{0,20}([A-Za-z0-9][\w.+-]{0,63})[>"']?(?:\s{2}.{0,500})?\s*$/.exec(line)?.[1];
    return name === undefined ? undefined : `${name}@${domain}`;
  };
  return collect(lines.slice(heading + 1), bare, NONE);
}

/** `<ada@example.org>: …`, and a bare local part where the address is known from the header. */
function leadingAddress(line: string, known: readonly string[]): string | undefined {
  const address = LEADING.exec(line)?.[1];
  if (address !== undefined) return address.replace(/\.$/, "");
  const word = line.trim().toLowerCase();
  return word === "" ? undefined : known.find((candidate) => candidate.toLowerCase().startsWith(`${word}@`));
}
