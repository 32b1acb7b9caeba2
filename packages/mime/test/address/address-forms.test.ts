import { expect, test } from "vitest";
import { toAddressForms } from "../../src/address/address-forms.js";

test("both forms of an internationalised domain are given", () => {
  expect(toAddressForms("ada@xn--exmple-cua.de")).toEqual({
    ascii: "ada@xn--exmple-cua.de",
    unicode: "ada@exämple.de",
    isMixedScript: false,
  });
  expect(toAddressForms("ada@EXÄMPLE.de").ascii).toBe("ada@xn--exmple-cua.de");
  expect(toAddressForms("ada@paypa\u0456.example").isMixedScript).toBe(true);
  expect(toAddressForms("no address")).toEqual({
    ascii: "no address",
    unicode: "no address",
    isMixedScript: false,
  });
  expect(toAddressForms("a@[192.0.2.1]").unicode).toContain("192.0.2.1");
});
