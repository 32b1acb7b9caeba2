import { describe, expect, it } from "vitest";
import { FOLDER_ROLE_NAMES } from "../../src/folders/folder-role-names.js";
import { assignRoles, type FolderTraits } from "../../src/folders/folder-roles.js";

function folder(name: string, flags: readonly string[] = [], parent?: string): FolderTraits {
  return { name, displayName: name.split("/").at(-1) ?? name, parent, flags: new Set(flags) };
}

describe("folder roles", () => {
  it("come from the server first", () => {
    const roles = assignRoles([
      folder("INBOX"),
      folder("Sent"),
      folder("Gesendet", ["\\HasNoChildren", "\\Sent"]),
      folder("Trash"),
    ]);
    expect([...roles]).toEqual([
      ["INBOX", "inbox"],
      ["Gesendet", "sent"],
      ["Trash", "trash"],
    ]);
  });

  it("come from localized names in more than 25 languages where the server does not tell", () => {
    const languages = FOLDER_ROLE_NAMES;
    expect(Object.keys(languages).length).toBeGreaterThanOrEqual(25);
    for (const names of Object.values(languages)) {
      for (const role of ["sent", "drafts", "trash", "spam", "archive"] as const) {
        for (const name of names[role] ?? []) {
          const upper = name.charAt(0).toUpperCase() + name.slice(1);
          expect(assignRoles([folder(upper)]).get(upper), name).toBe(role);
        }
      }
    }
  });

  it.each([
    ["Western Europe", "Corbeille"],
    ["the Nordic countries", "Papperskorgen"],
    ["Central Europe", "Kosz"],
    ["Eastern Europe", "Корзина"],
    ["Asia", "ごみ箱"],
    ["Europe's smaller languages", "Prügikast"],
  ])("come from names of %s: %s", (_, name) => {
    expect(assignRoles([folder(name)]).get(name)).toBe("trash");
  });

  it("are found below INBOX and Gmail's folder, and not deeper, and once each", () => {
    const roles = assignRoles([
      folder("INBOX/Drafts", [], "INBOX"),
      folder("[Gmail]/Papierkorb", [], "[Gmail]"),
      folder("Clients/Sent", [], "Clients"),
      folder("Spam"),
      folder("Junk"),
    ]);
    expect([...roles]).toEqual([
      ["INBOX/Drafts", "drafts"],
      ["[Gmail]/Papierkorb", "trash"],
      ["Spam", "spam"],
    ]);
  });

  it.each([false, true])("are the same in whatever order the server lists (reversed: %s)", (isReversed) => {
    const folders = [
      folder("Old/Sent", ["\\Sent"], "Old"),
      folder("Sent Items"),
      folder("Sent"),
      folder("Verschickt", ["\\Sent"]),
      folder("Gesendet", ["\\Sent"]),
      folder("Deleted Items"),
      folder("Trash"),
      folder("Bin/Drafts", ["\\Drafts"], "Bin"),
      folder("Drafts"),
    ];
    const roles = assignRoles(isReversed ? folders.reverse() : folders);
    expect(Object.fromEntries(roles)).toEqual({ Gesendet: "sent", Trash: "trash", "Bin/Drafts": "drafts" });
  });
});
