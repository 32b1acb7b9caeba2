import { MessageHeaders } from "@mailwright/mime";

const MAX_GROUPS = 1_000;

/** Splits a body made of blocks of header fields with empty lines between them, as in RFC 3464 §2.1. */
export function parseFieldGroups(body: string): MessageHeaders[] {
  const groups: MessageHeaders[] = [];
  let lines: string[] = [];
  const end = (): void => {
    if (lines.length > 0) groups.push(new MessageHeaders(lines.join("\n")));
    lines = [];
  };
  for (const line of body.split("\n")) {
    if (groups.length >= MAX_GROUPS) break;
    if (line.trim() === "") end();
    else lines.push(line.endsWith("\r") ? line.slice(0, -1) : line);
  }
  end();
  return groups;
}
