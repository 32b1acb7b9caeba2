const LAST_LINE_END = "Dovecot counts the line end before the next boundary to an embedded message";
const BOUNDARIES =
  "where boundaries begin with each other or are the same, a delimiter is a whole line here and the outer one wins (RFC 2046 §5.1.2)";
const BROKEN_FOLD = "a parameter continued without white space: Dovecot drops it, here it is read";
const TWO_ADDRESSES =
  "a name with an @ before the angle brackets: Dovecot takes it for an address of its own";
const NO_TYPE = "a Content-Type that cannot be read is text/plain here (RFC 2045 §5.2) and empty for Dovecot";

/** Messages whose structure differs from Dovecot's, and why. */
export const corpusAllowances: ReadonlyMap<string, string> = new Map([
  ["messages/rfc/008.eml", LAST_LINE_END],
  ["messages/thirdparty/004.eml", "the encoding `8 bit` is repeated here and taken for 7bit by Dovecot"],
  ["messages/thirdparty/007.eml", LAST_LINE_END],
  ["messages/thirdparty/010.eml", BROKEN_FOLD],
  ["messages/thirdparty/015.eml", LAST_LINE_END],
  ["messages/malformed/003.eml", BOUNDARIES],
  ["messages/malformed/004.eml", BOUNDARIES],
  ["messages/malformed/005.eml", BOUNDARIES],
  ["messages/malformed/007.eml", BOUNDARIES],
  ["messages/malformed/013.eml", BOUNDARIES],
  ["messages/malformed/016.eml", BOUNDARIES],
  ["messages/malformed/017.eml", NO_TYPE],
  ["messages/malformed/019.eml", BOUNDARIES],
  ["messages/malformed/020.eml", BOUNDARIES],
  ["messages/malformed/021.eml", BOUNDARIES],
  ["messages/malformed/022.eml", LAST_LINE_END],
  ["bounces/eml/arf-15.eml", "text after a quoted name without an address"],
  ["bounces/eml/arf-24.eml", TWO_ADDRESSES],
  ["bounces/eml/arf-25.eml", LAST_LINE_END],
  ["bounces/eml/lhost-apachejames-01.eml", BROKEN_FOLD],
  ["bounces/eml/lhost-courier-01.eml", LAST_LINE_END],
  ["bounces/eml/lhost-sendgrid-03.eml", TWO_ADDRESSES],
  ["bounces/eml/lhost-verizon-02.eml", BROKEN_FOLD],
  ["bounces/eml/lhost-x1-02.eml", NO_TYPE],
  ["bounces/eml/lhost-x5-01.eml", LAST_LINE_END],
  ["bounces/eml/rfc3464-62.eml", LAST_LINE_END],
  [
    "bounces/eml/rhost-gsuite-05.eml",
    "the type MESSAGE/RFC822 is repeated here and written small by Dovecot",
  ],
  ["bounces/eml/rhost-gsuite-13.eml", LAST_LINE_END],
]);
