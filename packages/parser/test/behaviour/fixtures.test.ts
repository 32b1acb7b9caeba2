import { describe, expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import { parseDeliveryReport } from "../../src/reports/parse-delivery-report.js";
import { readFixtures } from "../support/fixtures.js";
import { readEverything } from "./read-everything.js";

const fixtures = readFixtures();
const LINE_ENDS: Readonly<Record<string, string>> = { LF: "\n", CRLF: "\r\n", CR: "\r" };

test("there is one for every construct", () => {
  expect(fixtures.length).toBeGreaterThan(40);
});

describe.each(Object.keys(LINE_ENDS))("with line ends of %s", (lineEnd) => {
  test.each(fixtures)("$name reads as it is meant", ({ source, expected }) => {
    const text = source.toString("latin1").replaceAll("\n", LINE_ENDS[lineEnd] ?? "");
    const message = parseMessage(Buffer.from(text, "latin1"));
    const { defects, nested, report, attachments, ...plain } = expected;
    readEverything(message);
    const { attachments: found, ...json } = JSON.parse(JSON.stringify(message));
    expect(json).toMatchObject(plain);
    if (attachments !== undefined) {
      expect(found).toHaveLength(attachments.length);
      expect(found).toMatchObject(attachments);
    }
    const codes = new Set(message.defects.map(({ code }) => code));
    if (lineEnd === "CR") codes.delete("mixed-line-ends");
    if (defects !== undefined) expect([...codes].sort()).toEqual(defects);
    if (nested !== undefined) {
      const messages = message.attachments.flatMap((part) => part.message() ?? []);
      expect(messages).toHaveLength(nested.length);
      expect(messages).toMatchObject(nested);
    }
    const parsed = parseDeliveryReport(message);
    if (report === undefined || report === null) expect(parsed).toBeUndefined();
    else expect(parsed).toMatchObject(report);
  });
});
