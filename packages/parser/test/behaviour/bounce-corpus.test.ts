import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import { parseDeliveryReport } from "../../src/reports/parse-delivery-report.js";
import { CORPORA } from "./reference-view.js";

interface ExpectedEntry {
  readonly status: string;
  readonly reason: string;
}

/** Not failures: complaints, holiday replies, and reports of success. */
const NO_FAILURES: ReadonlySet<string> = new Set(["feedback", "vacation", "delivered"]);
const folder = `${CORPORA}bounces/`;

if (!existsSync(folder)) console.log("skipped: the bounce corpus is not here");

describe.skipIf(!existsSync(folder))("the bounce corpus", () => {
  test("yields the recipient, the class and the status of nearly all failures", () => {
    const expected = new Map<string, ExpectedEntry[]>(
      Object.entries(JSON.parse(readFileSync(`${folder}expected.json`, "utf8"))),
    );
    const count = { failures: 0, recipients: 0, classes: 0, exact: 0, exactOf: 0 };
    for (const [file, entries] of expected) {
      const report = parseDeliveryReport(parseMessage(readFileSync(`${folder}eml/${file}`)));
      for (const [index, { status, reason }] of entries.entries()) {
        if (NO_FAILURES.has(reason)) continue;
        const ours = report?.recipients[index];
        const isFound = ours !== undefined && /^[^@\s]+@[^@\s]+$/.test(ours.recipient);
        count.failures++;
        if (isFound) count.recipients++;
        if (isFound && ours.status[0] === status[0]) count.classes++;
        // `x.0.9xx` is the guess of another program.
        if (/^\d\.0\.9\d\d$/.test(status)) continue;
        count.exactOf++;
        if (ours?.status === status) count.exact++;
      }
    }
    const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)} %`;
    console.log(
      `bounces: ${count.failures} failures, recipient ${percent(count.recipients, count.failures)}, ` +
        `and class ${percent(count.classes, count.failures)}, full status ${percent(count.exact, count.exactOf)} of ${count.exactOf}`,
    );
    expect(count.failures).toBeGreaterThan(390);
    expect(count.classes / count.failures).toBeGreaterThanOrEqual(0.97);
    expect(count.recipients / count.failures).toBeGreaterThanOrEqual(0.97);
    expect(count.exact / count.exactOf).toBeGreaterThanOrEqual(0.97);
  });

  test("holds no complaint, no holiday reply and no report of success for a failure", () => {
    const expected: Record<string, ExpectedEntry[]> = JSON.parse(
      readFileSync(`${folder}expected.json`, "utf8"),
    );
    for (const [file, entries] of Object.entries(expected)) {
      if (!entries.every(({ reason }) => NO_FAILURES.has(reason))) continue;
      const report = parseDeliveryReport(parseMessage(readFileSync(`${folder}eml/${file}`)));
      const failed = (report?.recipients ?? []).filter(({ action }) => action === "failed");
      expect(failed, file).toEqual([]);
    }
  });

  test("holds no complaint and no holiday reply for a bounce", () => {
    for (const file of readdirSync(`${folder}eml`)) {
      if (!file.startsWith("rfc3834")) continue;
      expect(parseDeliveryReport(parseMessage(readFileSync(`${folder}eml/${file}`))), file).toBeUndefined();
    }
  });
});

describe.skipIf(!existsSync(CORPORA))("ordinary mail", () => {
  test("is never held for a bounce", () => {
    for (const group of ["rfc", "legacy", "thirdparty", "malformed"]) {
      for (const file of readdirSync(`${CORPORA}messages/${group}`)) {
        if (!file.endsWith(".eml")) continue;
        const source = readFileSync(`${CORPORA}messages/${group}/${file}`);
        expect(parseDeliveryReport(parseMessage(source)), `${group}/${file}`).toBeUndefined();
      }
    }
  });
});
