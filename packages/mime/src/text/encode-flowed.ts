/** How {@link encodeFlowed} works. */
export interface FlowedOptions {
  /**
   * Lines may be broken where the text has no space, for languages without spaces: the parameter `delsp=yes` of the part
   * has to say so, and readers take the added space out.
   *
   * @defaultValue false
   */
  readonly deleteSpaces?: boolean | undefined;
}

/** RFC 3676 §4.2: at most 78, with the space. */
const LINE_CHARACTERS = 76;
const SIGNATURE = "-- ";

/**
 * Text with line ends of LF as `format=flowed` (RFC 3676): long lines are broken softly, readers join them to the width
 * they have. Lines that start with `>` are quotations, and are broken with their marks. White space at the end of a line
 * goes, for it would join it to the next; the signature mark `-- ` keeps its own.
 */
export function encodeFlowed(text: string, options: FlowedOptions = {}): string {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const marks = /^>*/.exec(line)?.[0] ?? "";
    const content = trimmed(
      marks !== "" && line[marks.length] === " " ? line.slice(marks.length + 1) : line.slice(marks.length),
    );
    const width = Math.max(LINE_CHARACTERS - marks.length - 2, 20);
    for (const piece of breakLine(content, width, options.deleteSpaces === true))
      lines.push(stuffed(marks, piece));
  }
  return lines.join("\n");
}

function trimmed(line: string): string {
  if (line === SIGNATURE) return line;
  let end = line.length;
  while (line[end - 1] === " ") end--;
  return line.slice(0, end);
}

/** A mark of quotation is told from text by its place: text that looks like one gets a space in front (§4.4). */
function stuffed(marks: string, piece: string): string {
  if (marks !== "") return piece === "" ? marks : `${marks} ${piece}`;
  return /^(?: |>|From )/.test(piece) ? ` ${piece}` : piece;
}

function breakLine(content: string, width: number, deleteSpaces: boolean): string[] {
  const pieces: string[] = [];
  let rest = content;
  while (rest.length > width) {
    const end = breakPoint(rest, width, deleteSpaces);
    if (end === undefined) break;
    pieces.push(rest.slice(0, end) + (deleteSpaces ? " " : ""));
    rest = rest.slice(end);
  }
  pieces.push(rest);
  return pieces;
}

/** Behind the last space that fits, else behind the first one; `undefined` when the rest has to stay on one line. */
function breakPoint(text: string, width: number, deleteSpaces: boolean): number | undefined {
  let end = text.lastIndexOf(" ", width - 1) + 1;
  if (end === 0 && deleteSpaces) return isHighSurrogate(text.charCodeAt(width - 1)) ? width - 1 : width;
  if (end === 0 || text.slice(0, end) === SIGNATURE)
    end = text.indexOf(" ", Math.max(width, SIGNATURE.length)) + 1;
  return end === 0 || end === text.length ? undefined : end;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
