import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiListing } from "../../src/api/api-listing.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mailwright-api-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  const manifest = {
    name: "@example/box",
    exports: { ".": { types: "./dist/index.d.ts" }, "./package.json": "./package.json" },
  };
  for (const [path, text] of Object.entries({ "package.json": JSON.stringify(manifest), ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

describe("the API listing", () => {
  test("has every export by name, without comments, hidden members and how files are cut", () => {
    write({
      "dist/index.d.ts": `export { Box as Crate, open, type Url } from "./box.js";\nimport { Foreign } from "@example/other";\nexport { Foreign };\n`,
      "dist/box.d.ts": [
        "import type { Lid } from './lid.js';",
        "/** A box. */",
        "export declare class Box {",
        "    #private;",
        "    /** Not for callers. */",
        "    protected hinge(): {",
        "        pin: number;",
        "    };",
        "    private constructor();",
        "    /** Its lid. */",
        "    get lid(): Lid;",
        "}",
        "export declare function open(box: Box): void;",
        "export declare function open(box: Box, gently: true): void;",
        'export type Url = "https://example.com" | "/* no comment */";',
        "//# sourceMappingURL=box.d.ts.map",
      ].join("\n"),
      "dist/lid.d.ts": "export interface Lid {\n    /** In cm. */\n    readonly size: number;\n}\n",
    });
    expect(apiListing(folder).split("\n").slice(4).join("\n")).toBe(`## @example/box

\`\`\`ts
class Box {
    private constructor();
    get lid(): Lid;
} // exported as Crate

Foreign: re-exported from "@example/other"

type Url = "https://example.com" | "/* no comment */";

function open(box: Box): void;
function open(box: Box, gently: true): void;
\`\`\`

## Named by these, not exported

\`\`\`ts
interface Lid {
    readonly size: number;
}
\`\`\`
`);
  });

  test("follows an import of a whole module, and leaves out what only a constructor takes", () => {
    write({
      "dist/index.d.ts": `export { Box } from "./box.js";\n`,
      "dist/box.d.ts": [
        'import Base from "other";',
        "interface Inside {\n    readonly a: number;\n}",
        "export declare class Box extends Base {",
        "    constructor(inside: Inside);",
        "}",
        "export {};",
      ].join("\n"),
    });
    expect(apiListing(folder)).toContain("class Box extends Base {\n    constructor(inside: Inside);\n}");
    expect(apiListing(folder)).not.toContain("interface Inside");
  });

  test("does not pass over what it cannot read", () => {
    write({ "dist/index.d.ts": "export * from './box.js';\n" });
    expect(() => apiListing(folder)).toThrow("not understood: export * from");
  });
});
