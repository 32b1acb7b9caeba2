import { inspect } from "node:util";
import { expect, test } from "vitest";
import { OpeningKey } from "../../../src/pool/contract/opening-key.js";

const key = { id: "id", host: "mail.example:993", label: "mail.example:ada" };
const idOf = (settings: Record<string, unknown>): string => new OpeningKey(key, {}, settings).id;

test("equal settings share connections, and every difference makes others", () => {
  const one = (): void => {};
  const two = (): void => {};
  const all = [
    {},
    { timeouts: { connectMs: 1 } },
    { timeouts: { connectMs: 2 } },
    { timeouts: { connectMs: Number.POSITIVE_INFINITY } },
    { language: undefined },
    { language: null },
    { language: "undefined" },
    { transcript: one },
    { transcript: two },
  ];
  expect(new Set(all.map(idOf)).size).toBe(all.length);
  for (const settings of all) expect(idOf({ ...settings })).toBe(idOf(settings));
  expect(new OpeningKey({ ...key, id: "other" }, {}, {}).id).not.toBe(idOf({}));
});

test("gives the account to who asks, and shows nothing of it", () => {
  const account = { password: "hunter2" };
  const opening = new OpeningKey(key, account, {});
  expect(opening).toMatchObject({ host: key.host, label: key.label });
  expect(opening.account).toBe(account);
  expect(inspect(opening, { depth: 8, showHidden: true }) + JSON.stringify(opening)).not.toContain("hunter2");
});
