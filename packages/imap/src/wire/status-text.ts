import type { WireNode } from "./wire-node.js";
import { WordReader } from "./word-reader.js";

const STATUS = /^(?:OK|NO|BAD|BYE|PREAUTH)$/i;
const OPEN_BRACKET = 0x5b;

/** Whether free text follows the word (RFC 9051 §7.1). */
export function isStatus(word: string): boolean {
  return STATUS.test(word);
}

/**
 * The response code and the text of a status response or a continuation, `at` where they begin. QUIRK: a bracket that
 * is never closed is text.
 */
export function readStatusText(line: Buffer, at: number, mayHaveCode: boolean): WireNode[] {
  let textAt = at;
  const nodes: WireNode[] = [];
  if (mayHaveCode && line[at] === OPEN_BRACKET) {
    const words = new WordReader();
    words.openCode();
    const end = words.read(line, line.toString("latin1"), at + 1, line.length);
    if (words.isBalanced) {
      nodes.push(...words.finish());
      textAt = end;
    }
  }
  const text = line.subarray(textAt);
  if (text.length > 0) nodes.push({ type: "TEXT", value: Buffer.from(text) });
  return nodes;
}
