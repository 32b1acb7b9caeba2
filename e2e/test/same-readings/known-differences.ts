const OWN = "packages/parser/test/fixtures/messages/";
const LEGACY = "../shared/corpora/messages/legacy/";
const MALFORMED = "../shared/corpora/messages/malformed/";
const RFC = "../shared/corpora/messages/rfc/";
const OTHERS = "../shared/corpora/messages/thirdparty/";
const BOUNCES = "../shared/corpora/bounces/eml/";

/** What does not read the same, by the name of the message; with why. */
type Differences = readonly string[];

/** Where the server takes a message apart in another way than the parser does; IMAP has nothing else to go by. */
export const OF_THE_STRUCTURE: Differences = [
  // Boundaries that are missing, are not the announced ones, or stand in the wrong place.
  ...["text", "files"].map((key) => `${OWN}malformed-no-boundary.eml: ${key}`),
  ...["text", "files"].map((key) => `${BOUNCES}rhost-franceptt-07.eml: ${key}`),
  ...["text", "files"].map((key) => `${BOUNCES}rhost-google-02.eml: ${key}`),
  `${BOUNCES}rfc3464-04.eml: text`,
  ...["000", "008", "019"].map((number) => `${MALFORMED}${number}.eml: html`),
  ...["001", "002", "004", "005", "007", "019", "020", "021"].map(
    (number) => `${MALFORMED}${number}.eml: text`,
  ),
  `${MALFORMED}017.eml: files`,
  // File names with backslashes that escape nothing.
  ...["035", "039"].map((number) => `${LEGACY}${number}.eml: files`),
  // Plain texts between those in HTML, which the parser shows there too; IMAP gives what was sent as HTML.
  `${RFC}007.eml: html`,
];

/** Where an ENVELOPE says less than the header: fields that come twice or are broken, names in comments. */
export const OF_THE_ENVELOPE: Differences = [
  `${OWN}header-misleading.eml: from`,
  `${OWN}malformed-header-lines.eml: subject`,
  `${BOUNCES}rfc3464-10.eml: from`,
  `${BOUNCES}rhost-apple-01.eml: from`,
];

/** Where the server says something else of a part, of one without text of its own as a rule. */
export const OF_THE_TREE: Differences = [
  // As above.
  `${OWN}malformed-no-boundary.eml`,
  ...["035", "039"].map((number) => `${LEGACY}${number}.eml`),
  ...["002", "004", "005", "017", "019", "020", "021"].map((number) => `${MALFORMED}${number}.eml`),
  ...["rfc3464-04", "rhost-franceptt-07", "rhost-google-02"].map((name) => `${BOUNCES}${name}.eml`),
  // Attached messages that are cut where their parts begin, or have no header.
  ...[
    "arf-25",
    "lhost-amazonses-14",
    "lhost-sendgrid-01",
    "lhost-sendgrid-02",
    "lhost-x3-01",
    "lhost-x3-02",
  ].map((name) => `${BOUNCES}${name}.eml`),
  ...["rfc3464-65", "rhost-gsuite-02"].map((name) => `${BOUNCES}${name}.eml`),
  `${OTHERS}015.eml`,
  `${MALFORMED}022.eml`,
  // One in base64, which no server decodes.
  `${RFC}008.eml`,
  // Boundaries within boundaries of the same name.
  ...["001", "003", "013", "014"].map((number) => `${MALFORMED}${number}.eml`),
  // Fields that are broken: comments, words without quotes, the same field twice.
  `${RFC}001.eml`,
  ...["004", "010"].map((number) => `${OTHERS}${number}.eml`),
  ...["lhost-apachejames-01", "lhost-verizon-02", "lhost-x1-02"].map((name) => `${BOUNCES}${name}.eml`),
];
