import { seededRandom } from "@mailwright/suite";

/** `MAILWRIGHT_LONG=1`: many more random cases. */
const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const SEED = 20_261_121;
const ALPHABETS = [
  "abc xyz",
  "abc  \t",
  "a\"\\<>()@,;:.[]'=?_%*",
  "=?utf-8?q?",
  "\r\n\0\u007f\u0085",
  "äöüßéñ",
  "日本語テキスト",
  "😀👩‍👩‍👧🇩🇪",
  "\ud83d\udc00",
  "e\u0301\u0323",
  "Привет ",
  "\u00a0\u2028\ufffd",
];

/** Texts of all kinds of characters, the same at each run; `rounds` of them, or a hundred times as many at full length. */
export function* randomTexts(rounds: number, longest = 120): Generator<string> {
  const random = seededRandom(SEED);
  const count = isLong ? rounds * 100 : rounds;
  for (let round = 0; round < count; round++) {
    const pieces = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
      const alphabet = ALPHABETS[Math.floor(random() * ALPHABETS.length)] ?? "";
      const length = Math.floor((random() ** 2 * longest) / 2);
      return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)] ?? "").join("");
    });
    yield pieces.join(random() < 0.5 ? " " : "");
  }
}

/** Bytes with what encodings care about in them, the same at each run. */
export function* randomBytes(rounds: number, longest = 400): Generator<Buffer> {
  const random = seededRandom(SEED);
  const special = [0x0d, 0x0a, 0x20, 0x09, 0x3d, 0x2e, 0x46, 0x72, 0x6f, 0x6d];
  const count = isLong ? rounds * 100 : rounds;
  for (let round = 0; round < count; round++) {
    const isText = random() < 0.5;
    yield Buffer.from(
      Array.from({ length: Math.floor(random() * longest) }, () =>
        random() < 0.5
          ? (special[Math.floor(random() * special.length)] ?? 0)
          : isText
            ? 0x61
            : Math.floor(random() * 256),
      ),
    );
  }
}

/** What a text is after it has been UTF-8: half a surrogate pair is U+FFFD. */
export function asUtf8(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

/** The lines of a folded value behind a field name of so many characters. */
export function foldedLines(value: string, column = 0): string[] {
  return `${"x".repeat(column)}${value}`.split("\r\n");
}

/** As a reader takes a folded value off its lines (RFC 5322 §2.2.3). */
export function unfolded(value: string): string {
  return value.replaceAll("\r\n", "");
}
