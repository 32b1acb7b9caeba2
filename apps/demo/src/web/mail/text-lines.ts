/** As few letters as a line of a message may have room for, on a narrow page. */
const LINE_LENGTH = 40;

/** How many lines a text takes at most where it is shown; what is too long for one goes on in the next. */
export function textLines(text: string): number {
  const lines = text.trimEnd().split("\n");
  return lines.reduce((sum, { length }) => sum + Math.max(1, Math.ceil(length / LINE_LENGTH)), 0);
}
